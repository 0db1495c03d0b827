using WampRouter.Client;

namespace WampRouter;

/// <summary>
/// The application's own session in a realm of a router that it hosts: publishes, calls, subscribes and registers without a socket or a login. Injected by the realm's name
/// (<c>[FromKeyedServices("realm1")] IWampRealm</c>), or without one where the router has a single realm; <c>router/realm</c> names a realm of a router that has a name.
/// </summary>
/// <remarks>
/// <para>There is one session for each realm. All of the application shares it: it begins with its first use, before the application has started if that is when it is used, and ends with
/// the router: when the application stops, after the calls under way have had their time and before its hosted services are stopped. <see cref="IAsyncDisposable.DisposeAsync"/> does nothing, and <see cref="IWampClient.CloseAsync"/> throws; afterwards every method throws <see cref="ObjectDisposedException"/>.</para>
/// <para>The session has the role <c>application</c>. A realm gives that role permissions like any other; where it has no such role, the application may do everything. To others it is a session
/// like any other: it counts in <c>maxSessions</c>, and somebody who may call <c>wamp.session.kill</c> can end it. It then joins again, with its subscriptions and registrations.</para>
/// <para>Any thread.</para>
/// </remarks>
public interface IWampRealm : IWampClient
{
    /// <summary>The realm's name.</summary>
    string Name { get; }
}
