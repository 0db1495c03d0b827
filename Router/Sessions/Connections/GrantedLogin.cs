namespace WampRouter.Sessions.Connections;

/// <summary>The identity that every session of a connection gets without proof; WELCOME tells it to the client.</summary>
internal sealed record GrantedLogin(string AuthId, string AuthRole, string AuthMethod, string AuthProvider);
