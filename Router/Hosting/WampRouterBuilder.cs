using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;
using WampRouter.Hosting;

namespace WampRouter;

/// <summary>
/// A router that is being added to an application. What is said here is read and judged when the router is made, by the first <c>MapWampRouter</c> or else by the start of the application, so that
/// every mistake is told at once and configuration that is added before counts as well. What is said later is an <see cref="InvalidOperationException"/>. Not for several threads.
/// </summary>
public sealed class WampRouterBuilder
{
    private readonly RouterPlan _plan;

    internal WampRouterBuilder(IServiceCollection services, RouterPlan plan) => (Services, _plan) = (services, plan);

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The router's name, the key of its services; empty for the default one.</summary>
    public string Name => _plan.Name;

    /// <summary>Whether there are realms already.</summary>
    internal bool HasRealms => _plan.HasRealms;

    /// <summary>Reads the router's settings from a section of the application's configuration, such as <c>WampRouter</c>, and realm files from the directory that it names.</summary>
    /// <param name="section">The section.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">The settings come from another section.</exception>
    public WampRouterBuilder Configure(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        _plan.Use(section);
        return this;
    }

    /// <summary>Changes settings in code, after those of a section.</summary>
    /// <param name="change">Changes them; called when the router is made, in the order in which they were added.</param>
    /// <returns>The same.</returns>
    public WampRouterBuilder Configure(Action<WampRouterOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _plan.Change(change);
        return this;
    }

    /// <summary>Reads realm files: every <c>*.json</c> of a directory.</summary>
    /// <param name="directory">Relative to the working directory, or to the content root.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">They come from another directory.</exception>
    public WampRouterBuilder AddRealmFiles(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _plan.ReadRealmFiles(directory);
        return this;
    }

    /// <summary>Adds a realm that code describes: <c>AddRealm("realm1", realm => realm.AllowAnonymous(realm.AddRole("visitor").Name))</c>.</summary>
    /// <param name="name">Its URI.</param>
    /// <param name="configure">Describes it.</param>
    /// <returns>The same.</returns>
    public WampRouterBuilder AddRealm(string name, Action<WampRealmOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        var realm = new WampRealmOptions(name);
        configure(realm);
        _plan.Add(realm);
        return this;
    }

    /// <summary>Says how arguments of the application's own sessions (<see cref="IWampRealm"/>) become JSON values: in trimmed and Native AOT applications a <see cref="WampJsonSerializer"/> with source-generated contexts.</summary>
    /// <param name="serializer">Used on several threads.</param>
    /// <returns>The same.</returns>
    public WampRouterBuilder UsePayloadSerializer(IWampPayloadSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _plan.PayloadSerializer = serializer;
        return this;
    }

    /// <summary>Adds ways into a realm, one that a file describes as well, which only the application knows.</summary>
    /// <param name="realm">Its name.</param>
    /// <param name="configure">Says what they are.</param>
    /// <returns>The same.</returns>
    public WampRouterBuilder ConfigureLogins(string realm, Action<WampLogins> configure)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(configure);
        configure(_plan.LoginsOf(realm));
        return this;
    }

    /// <summary>Has the application decide what the rules of a realm's roles leave open: <see cref="IWampAuthorizer"/>. A realm has at most one authorizer; a file may describe the realm.</summary>
    /// <param name="realm">The realm's name.</param>
    /// <param name="authorize">Decides; on any thread, and many times at once.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">The realm has one already, or the router was made already.</exception>
    public WampRouterBuilder UseAuthorizer(string realm, Func<WampAuthorizationRequest, CancellationToken, ValueTask<WampDecision>> authorize)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(authorize);
        _plan.Authorize(realm, new AuthorizerMaker(null, (_, request, cancellationToken) => authorize(request, cancellationToken)));
        return this;
    }

    /// <summary>As <see cref="UseAuthorizer(string, Func{WampAuthorizationRequest, CancellationToken, ValueTask{WampDecision}})"/>, by a service of the application.</summary>
    /// <typeparam name="TAuthorizer">The service; where the container does not have it, one is made from what it has. The application does not start where that is impossible.</typeparam>
    /// <param name="realm">The realm's name.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">The realm has one already, or the router was made already.</exception>
    public WampRouterBuilder UseAuthorizer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAuthorizer>(string realm)
        where TAuthorizer : class, IWampAuthorizer
    {
        ArgumentNullException.ThrowIfNull(realm);
        _plan.Authorize(realm, new AuthorizerMaker(
            new TicketCheckService(typeof(TAuthorizer)),
            static async (services, request, cancellationToken) =>
            {
                await using var scope = services.CreateAsyncScope();
                var authorizer = ActivatorUtilities.GetServiceOrCreateInstance<TAuthorizer>(scope.ServiceProvider);
                return await authorizer.AuthorizeAsync(request, cancellationToken).ConfigureAwait(false);
            }));
        return this;
    }
}
