namespace WampRouter.Client.Authentication;

/// <summary>Several methods, of which the router chooses.</summary>
internal sealed class AnyOfAuthentication : WampAuthentication
{
    private readonly IReadOnlyList<WampAuthentication> _all;

    public AnyOfAuthentication(IReadOnlyList<WampAuthentication> methods)
    {
        _all = [.. methods];
        Methods = [.. _all.SelectMany(method => method.Methods)];
        if (Methods.Count == 0 || Methods.Distinct(StringComparer.Ordinal).Count() < Methods.Count)
        {
            throw new ArgumentException(Methods.Count == 0 ? "There must be a method." : "A method is there twice: the router chooses by its name.", nameof(methods));
        }

        string[] users = [.. _all.Select(method => method.AuthId).OfType<string>().Distinct(StringComparer.Ordinal)];
        AuthId = users.Length <= 1 ? users.FirstOrDefault() : throw new ArgumentException($"HELLO names one user, and the methods name {string.Join(" and ", users)}.", nameof(methods));
    }

    public override string Method => Methods[0];

    public override string? AuthId { get; }

    internal override IReadOnlyList<string> Methods { get; }

    public override async ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken)
    {
        var logins = new List<(IReadOnlyList<string> Methods, WampLogin Login)>(_all.Count);
        foreach (var method in _all)
        {
            logins.Add((method.Methods, await method.BeginAsync(join, cancellationToken).ConfigureAwait(false)));
        }

        return new Login(logins);
    }

    private sealed class Login : WampLogin
    {
        private readonly List<(IReadOnlyList<string> Methods, WampLogin Login)> _logins;
        private readonly HashSet<WampLogin> _challenged = [];

        public Login(List<(IReadOnlyList<string> Methods, WampLogin Login)> logins)
        {
            _logins = logins;
            var extra = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in logins.SelectMany(login => login.Login.AuthExtra ?? new Dictionary<string, object?>()))
            {
                extra.TryAdd(name, value);
            }

            AuthExtra = extra.Count == 0 ? null : extra;
        }

        public override IReadOnlyDictionary<string, object?>? AuthExtra { get; }

        public override ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken)
        {
            var login = _logins.First(one => one.Methods.Contains(challenge.Method)).Login;
            _challenged.Add(login);
            return login.RespondAsync(challenge, cancellationToken);
        }

        public override async ValueTask CheckWelcomeAsync(WampSessionDetails session, CancellationToken cancellationToken)
        {
            foreach (var (methods, login) in _logins)
            {
                if (_challenged.Contains(login) || (session.AuthMethod is { } method && methods.Contains(method)))
                {
                    await login.CheckWelcomeAsync(session, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }
}
