using WampRouter.Client;

namespace WampRouter;

/// <summary>
/// The application's own session in a realm of a router that it hosts: publishes, calls, subscribes and registers without a socket or a login. Injected by the realm's name
/// (<c>[FromKeyedServices("realm1")] IWampRealm</c>), or without one where the router has a single realm; <c>router/realm</c> names a realm of a router that has a name.
/// </summary>
/// <remarks>
/// There is one session for each realm, which all of the application shares; it begins with its first use and ends with the application. It has the role <c>application</c>: what that may do a realm
/// says like of any role, and where it says nothing, it may do everything. It is a session like any other to everybody else. Any thread.
/// </remarks>
public interface IWampRealm : IWampClient
{
    /// <summary>The realm's name.</summary>
    string Name { get; }
}
