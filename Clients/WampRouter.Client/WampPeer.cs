namespace WampRouter.Client;

/// <summary>The other session of an event or a call, as far as the router disclosed it.</summary>
/// <param name="SessionId">Its session id.</param>
/// <param name="AuthId">Who it is.</param>
/// <param name="AuthRole">The role it has.</param>
public readonly record struct WampPeer(long? SessionId, string? AuthId, string? AuthRole);
