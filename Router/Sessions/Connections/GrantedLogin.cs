namespace WampRouter.Sessions.Connections;

/// <summary>As whom every session of a connection comes in, without proof: what WELCOME tells it.</summary>
internal sealed record GrantedLogin(string AuthId, string AuthRole, string AuthMethod, string AuthProvider);
