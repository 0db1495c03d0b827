using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>The ways into a realm that only the application knows: its own check of tickets, and the users that ASP.NET Core has authenticated. Not for several threads.</summary>
public sealed class WampLogins
{
    private Func<ClaimsPrincipal, WampIdentity?>? _httpUser;
    private Func<IServiceProvider, WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>>? _ticketCheck;

    /// <summary>Whether there are any.</summary>
    internal bool AreSet => _httpUser is not null || _ticketCheck is not null;

    /// <summary>
    /// Lets whoever ASP.NET Core has authenticated for the connection's HTTP request join as that user, whatever the scheme: a cookie, a bearer token, a client certificate. It counts for clients
    /// that name no authentication method, or one of <c>http</c>, <c>cookie</c> and <c>anonymous</c>.
    /// </summary>
    /// <param name="identify">Says who the user is in this realm; null: nobody, and the realm's other methods decide. Called on the session's thread, so it must not block.</param>
    /// <returns>The same.</returns>
    public WampLogins UseHttpUser(Func<ClaimsPrincipal, WampIdentity?> identify)
    {
        ArgumentNullException.ThrowIfNull(identify);
        _httpUser = identify;
        return this;
    }

    /// <summary>Checks the tickets of all users that are not configured.</summary>
    /// <param name="check">Says who the client is, on any thread; null: the ticket is wrong. What it throws is logged, and the client refused.</param>
    /// <returns>The same.</returns>
    public WampLogins CheckTickets(Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        _ticketCheck = (_, login, cancellationToken) => check(login, cancellationToken);
        return this;
    }

    /// <summary>As <see cref="CheckTickets(Func{WampTicketLogin, CancellationToken, ValueTask{WampIdentity}})"/>, by a service of the application: each check has a scope of its own.</summary>
    /// <typeparam name="TCheck">The service; where the container does not have it, one is made from what it has.</typeparam>
    /// <returns>The same.</returns>
    public WampLogins CheckTickets<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCheck>()
        where TCheck : class, IWampTicketCheck
    {
        _ticketCheck = async (services, login, cancellationToken) =>
        {
            await using var scope = services.CreateAsyncScope();
            var check = ActivatorUtilities.GetServiceOrCreateInstance<TCheck>(scope.ServiceProvider);
            return await check.CheckAsync(login, cancellationToken).ConfigureAwait(false);
        };
        return this;
    }

    /// <summary>Makes them ready for use.</summary>
    /// <param name="services">The application's.</param>
    internal ApplicationLogins With(IServiceProvider services) => new()
    {
        HttpUser = _httpUser,
        TicketCheck = _ticketCheck is { } check ? (login, cancellationToken) => check(services, login, cancellationToken) : null,
    };
}
