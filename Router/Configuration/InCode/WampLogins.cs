using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>
/// The ways into a realm that only the application knows: its own check of tickets, the users that ASP.NET Core has authenticated, and methods of its own. A realm has at most one of each name.
/// Not for several threads.
/// </summary>
public sealed class WampLogins
{
    private const int LongestName = 64;

    private Func<ClaimsPrincipal, WampIdentity?>? _httpUser;
    private TicketChecker? _tickets;
    private Dictionary<string, MethodMaker> _methods = new(StringComparer.Ordinal);
    private bool _isRead;

    /// <summary>Whether there are any.</summary>
    internal bool AreSet => _httpUser is not null || _tickets is not null || _methods.Count > 0;

    /// <summary>The names of the application's own methods.</summary>
    internal IReadOnlyCollection<string> MethodNames => _methods.Keys;

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
            new ApplicationService(typeof(TCheck)),
            static async (services, login, cancellationToken) =>
            {
                await using var scope = services.CreateAsyncScope();
                var check = ActivatorUtilities.GetServiceOrCreateInstance<TCheck>(scope.ServiceProvider);
                return await check.CheckAsync(login, cancellationToken).ConfigureAwait(false);
            }));

    /// <summary>
    /// Offers an authentication method of the application's own, with any number of rounds. A client asks for it by its name in HELLO.authmethods, and the realm's other methods go on beside it.
    /// Each login has an instance of its own, in a scope of its own; both are disposed of when the login has ended.
    /// </summary>
    /// <typeparam name="TAuthenticator">The service; where the container does not have it, one is made from what it has. The application does not start where that is impossible.</typeparam>
    /// <param name="name">Its name, of at most 64 characters. A method of the configuration with the same name in the same realm is a mistake.</param>
    /// <returns>The same.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">There is a method of this name already, or the router was made already.</exception>
    public WampLogins AddMethod<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAuthenticator>(string name)
        where TAuthenticator : class, IWampAuthenticator
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > LongestName || NameRules.FindProblem(name) is not null)
        {
            throw new ArgumentException($"The name of a method has at most {LongestName} characters.", nameof(name));
        }

        RequireOpen(!_methods.ContainsKey(name), Call(name));
        _methods.Add(name, new MethodMaker(
            new ApplicationService(typeof(TAuthenticator)),
            static services =>
            {
                var scope = services.CreateAsyncScope();
                try
                {
                    var registered = scope.ServiceProvider.GetService<TAuthenticator>();
                    return new OpenAuthenticator(registered ?? ActivatorUtilities.CreateInstance<TAuthenticator>(scope.ServiceProvider), isOwned: registered is null, scope);
                }
                catch
                {
                    scope.Dispose();
                    throw;
                }
            }));
        return this;
    }

    /// <summary>The ways that others say beside these.</summary>
    /// <param name="others">What they say.</param>
    /// <param name="twice">What both have called; null where there is nothing.</param>
    internal WampLogins And(WampLogins others, out string? twice)
    {
        twice = _httpUser is not null && others._httpUser is not null ? nameof(UseHttpUser)
            : _tickets is not null && others._tickets is not null ? nameof(CheckTickets)
            : _methods.Keys.FirstOrDefault(others._methods.ContainsKey) is { } name ? Call(name)
            : null;
        return new WampLogins
        {
            _httpUser = _httpUser ?? others._httpUser,
            _tickets = _tickets ?? others._tickets,
            _methods = others._methods.Concat(_methods).DistinctBy(method => method.Key).ToDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>What is wrong with them in this application: what was called, and what is wrong. Makes nothing.</summary>
    /// <param name="services">The application's.</param>
    internal IEnumerable<(string Call, string Problem)> FindProblems(IServiceProvider services) =>
        (from service in Services
         let problem = service.Service.FindProblem(services)
         where problem is not null
         select (service.Call, problem))
        .Concat(FindSameNames());

    /// <summary>Makes once what each login will need, and disposes of it: what fails there would fail at every login.</summary>
    /// <param name="services">The application's.</param>
    /// <returns>What was called, and what is wrong.</returns>
    internal async Task<IReadOnlyList<(string Call, string Problem)>> TryAsync(IServiceProvider services)
    {
        var problems = new List<(string Call, string Problem)>();
        foreach (var (call, service) in Services)
        {
            if (await service.TryAsync(services).ConfigureAwait(false) is { } problem)
            {
                problems.Add((call, problem));
            }
        }

        return problems;
    }

    /// <summary>Says that nothing more counts.</summary>
    internal void Close() => _isRead = true;

    /// <summary>Makes them ready for use.</summary>
    /// <param name="services">The application's.</param>
    internal ApplicationLogins With(IServiceProvider services) => new()
    {
        HttpUser = _httpUser,
        TicketCheck = _tickets is { Check: var check } ? (login, cancellationToken) => check(services, login, cancellationToken) : null,
        Methods = _methods.ToDictionary(method => method.Key, method => (Func<OpenAuthenticator>)(() => method.Value.Open(services)), StringComparer.Ordinal),
    };

    /// <summary>How a method was added, for messages.</summary>
    internal static string Call(string name) => CodeWords.Call(nameof(AddMethod), name);

    private IEnumerable<(string Call, string Problem)> FindSameNames()
    {
        if (_tickets is not null && _methods.ContainsKey(TicketSettings.MethodName))
        {
            yield return (Call(TicketSettings.MethodName), $"{nameof(CheckTickets)} offers a method of this name already");
        }

        if (_httpUser is not null && _methods.ContainsKey(HttpUserMethod.MethodName))
        {
            yield return (Call(HttpUserMethod.MethodName), $"{nameof(UseHttpUser)} offers a method of this name already");
        }
    }

    private IEnumerable<(string Call, ApplicationService Service)> Services =>
    [
        .. _tickets?.Service is { } tickets ? [(nameof(CheckTickets), tickets)] : Array.Empty<(string, ApplicationService)>(),
        .. _methods.Select(method => (Call(method.Key), method.Value.Service)),
    ];

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

    private sealed record TicketChecker(ApplicationService? Service, Func<IServiceProvider, WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> Check);

    private sealed record MethodMaker(ApplicationService Service, Func<IServiceProvider, OpenAuthenticator> Open);
}
