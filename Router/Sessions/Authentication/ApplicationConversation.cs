using System.Text;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// One login by a method of the application: its authenticator from HELLO to the end of the login, through any number of rounds. The authenticator is disposed of when the login has ended,
/// whichever way, but not while its code runs. The rounds come one after the other; the end comes on any thread.
/// </summary>
/// <param name="name">The name of the method.</param>
/// <param name="open">Makes the authenticator.</param>
/// <param name="checks">Runs the application's code.</param>
/// <param name="login">The login.</param>
internal sealed class ApplicationConversation(string name, Func<OpenAuthenticator> open, ApplicationChecks checks, LoginRequest login) : IPendingAuthentication
{
    /// <summary>The method is not for this client.</summary>
    public static readonly AuthenticationStep Skip = new AuthenticationStep.Refuse(WampErrors.NoMatchingAuthMethod, "the method is not for this client", "the application's method is not for it");

    private readonly Lock _gate = new();        // lock order: none is taken under it, and no code of the application runs under it
    private OpenAuthenticator? _authenticator;
    private bool _isRunning;
    private bool _isOver;
    private int _round;

    /// <summary>The refusal of what the application could not read.</summary>
    public static AuthenticationStep.Refuse Unreadable(string what, string problem) =>
        new(WampErrors.InvalidArgument, $"{what} cannot be read: {problem}", $"{what} cannot be read by the application: {problem}");

    /// <summary>HELLO has come.</summary>
    public ValueTask<AuthenticationStep> BeginAsync(WampLoginRequest request, CancellationToken givenUp)
    {
        _ = givenUp.UnsafeRegister(static conversation => ((ApplicationConversation)conversation!).End(), this);
        return checks.RunAsync(name, login, cancellationToken => AskAsync((authenticator, token) => authenticator.BeginAsync(request, token), isFirst: true, cancellationToken), givenUp);
    }

    /// <inheritdoc />
    public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp)
    {
        var problem = signatureUtf8.Length > ApplicationMethod.LongestSignature
            ? new AuthenticationStep.Refuse(WampErrors.PayloadSizeExceeded, FormattableString.Invariant($"AUTHENTICATE.Signature has more than {ApplicationMethod.LongestSignature} bytes"), "a signature longer than any")
            : null;
        if (!ApplicationExtras.TryRead(extra, out var json, out var fault))
        {
            problem ??= Unreadable("AUTHENTICATE.Extra", fault!);
        }

        if (problem is not null)
        {
            End();
            return new(problem);
        }

        var answer = new WampLoginAnswer(++_round, Encoding.UTF8.GetString(signatureUtf8), json);
        return checks.RunAsync(name, login, cancellationToken => AskAsync((authenticator, token) => authenticator.AnswerAsync(answer, token), isFirst: false, cancellationToken), givenUp);
    }

    private async ValueTask<AuthenticationStep> AskAsync(Func<IWampAuthenticator, CancellationToken, ValueTask<WampLoginStep>> ask, bool isFirst, CancellationToken cancellationToken)
    {
        var goesOn = false;
        if (!TryRun())
        {
            return ApplicationChecks.GivenUp;
        }

        try
        {
            _authenticator ??= open();
            var step = Read(await ask(_authenticator.Authenticator, cancellationToken).ConfigureAwait(false), isFirst);
            goesOn = step is AuthenticationStep.Challenge;
            return step;
        }
        finally
        {
            await PauseAsync(goesOn).ConfigureAwait(false);
        }
    }

    private AuthenticationStep Read(WampLoginStep said, bool isFirst) => said?.Kind switch
    {
        WampLoginStep.StepKind.Accept => checks.Identities.Accept(said.Identity!, name),
        WampLoginStep.StepKind.Challenge => checks.Identities.Challenge(said.Extra, name, this),
        WampLoginStep.StepKind.Refuse => new AuthenticationStep.Refuse(said.Reason, said.Message, "the application refused it"),
        WampLoginStep.StepKind.Skip when isFirst => Skip,
        WampLoginStep.StepKind.Skip => throw new InvalidOperationException("The authenticator has skipped a login that it had begun."),
        _ => throw new InvalidOperationException("The authenticator has returned null."),
    };

    private bool TryRun()
    {
        lock (_gate)
        {
            return _isRunning = !_isOver;
        }
    }

    /// <summary>The application's code has answered: waits for the next round, or ends.</summary>
    private async ValueTask PauseAsync(bool goesOn)
    {
        lock (_gate)
        {
            (_isRunning, _isOver) = (false, _isOver || !goesOn);
            goesOn = !_isOver;
        }

        if (!goesOn)
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The login has ended. Code that runs is not waited for: it disposes of its authenticator itself.</summary>
    private void End()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            if (_isRunning)
            {
                return;
            }
        }

        _ = Task.Run(DisposeAsync);     // the application's code, and not on this thread
    }

    private async Task DisposeAsync()
    {
        if (Interlocked.Exchange(ref _authenticator, null) is { } opened)
        {
            try
            {
                await opened.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                checks.Identities.Fail(e, name);        // the application's code may throw anything
            }
        }
    }
}
