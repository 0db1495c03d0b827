using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>
/// The ways into a realm that only the application knows: its own check of tickets, and the users that ASP.NET Core has authenticated. A realm has at most one of each. Not for several threads.
/// </summary>
public sealed class WampLogins
{
    private Func<ClaimsPrincipal, WampIdentity?>? _httpUser;
    private TicketChecker? _tickets;
    private bool _isRead;

    /// <summary>Whether there are any.</summary>
    internal bool AreSet => _httpUser is not null || _tickets is not null;

    /// <summary>
    /// Lets whoever ASP.NET Core has authenticated for the connection's HTTP request join as that user, whatever the scheme: a cookie, a bearer token, a client certificate. It counts for clients
    /// that name no authentication method, or one of <c>http</c>, <c>cookie</c> and <c>anonymous</c>.
    /// </summary>
    /// <param name="identify">
    /// Says who the user is in this realm; null: nobody, and the realm's other methods decide. Not asked for requests that ASP.NET Core has not authenticated. Called on the session's thread, so it
    /// must not block. What it throws is logged, and the client refused.
    /// </param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">That was said already, or the router was made already.</exception>
    public WampLogins UseHttpUser(Func<ClaimsPrincipal, WampIdentity?> identify)
    {
        ArgumentNullException.ThrowIfNull(identify);
        RequireOpen(_httpUser is null, nameof(UseHttpUser));
        _httpUser = identify;
        return this;
    }

    /// <summary>Checks the tickets of all users that are not configured.</summary>
    /// <param name="check">Says who the client is, on any thread; null: the ticket is wrong. What it throws is logged, and the client refused.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">There is a check already, or the router was made already.</exception>
    public WampLogins CheckTickets(Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return Check(new TicketChecker(null, (_, login, cancellationToken) => check(login, cancellationToken)));
    }

    /// <summary>As <see cref="CheckTickets(Func{WampTicketLogin, CancellationToken, ValueTask{WampIdentity}})"/>, by a service of the application: each check has a scope of its own.</summary>
    /// <typeparam name="TCheck">The service; where the container does not have it, one is made from what it has. The application does not start where that is impossible.</typeparam>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidOperationException">There is a check already, or the router was made already.</exception>
    public WampLogins CheckTickets<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCheck>()
        where TCheck : class, IWampTicketCheck => Check(new TicketChecker(
            new TicketCheckService(typeof(TCheck)),
            static async (services, login, cancellationToken) =>
            {
                await using var scope = services.CreateAsyncScope();
                var check = ActivatorUtilities.GetServiceOrCreateInstance<TCheck>(scope.ServiceProvider);
                return await check.CheckAsync(login, cancellationToken).ConfigureAwait(false);
            }));

    /// <summary>The ways that others say beside these.</summary>
    /// <param name="others">What they say.</param>
    /// <param name="twice">The method that both have called; null where there is none.</param>
    internal WampLogins And(WampLogins others, out string? twice)
    {
        twice = _httpUser is not null && others._httpUser is not null ? nameof(UseHttpUser)
            : _tickets is not null && others._tickets is not null ? nameof(CheckTickets)
            : null;
        return new WampLogins { _httpUser = _httpUser ?? others._httpUser, _tickets = _tickets ?? others._tickets };
    }

    /// <summary>What is wrong with them in this application, or null. Makes nothing.</summary>
    /// <param name="services">The application's.</param>
    internal string? FindProblem(IServiceProvider services) => _tickets?.Service?.FindProblem(services);

    /// <summary>Makes once what each check will need, and disposes of it: what fails there would fail at every login.</summary>
    /// <param name="services">The application's.</param>
    /// <returns>What is wrong, or null.</returns>
    internal async Task<string?> TryAsync(IServiceProvider services) => _tickets?.Service is { } service ? await service.TryAsync(services).ConfigureAwait(false) : null;

    /// <summary>Says that nothing more counts.</summary>
    internal void Close() => _isRead = true;

    /// <summary>Makes them ready for use.</summary>
    /// <param name="services">The application's.</param>
    internal ApplicationLogins With(IServiceProvider services) => new()
    {
        HttpUser = _httpUser,
        TicketCheck = _tickets is { Check: var check } ? (login, cancellationToken) => check(services, login, cancellationToken) : null,
    };

    private WampLogins Check(TicketChecker tickets)
    {
        RequireOpen(_tickets is null, nameof(CheckTickets));
        _tickets = tickets;
        return this;
    }

    private void RequireOpen(bool isFirst, string method)
    {
        if (_isRead)
        {
            throw new InvalidOperationException($"{method}: the router was made already, by MapWampRouter or the start of the application; nothing more can be said of its logins.");
        }

        if (!isFirst)
        {
            throw new InvalidOperationException($"{method} was called already for this realm, and two would contradict each other: let one function ask both.");
        }
    }

    private sealed record TicketChecker(TicketCheckService? Service, Func<IServiceProvider, WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> Check);
}
