using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Authentication;

/// <summary>One slow check of a ticket or a signature, from its AUTHENTICATE to its answer.</summary>
/// <param name="from">The block that limits by address count it for; null where the client's own address is not known, or there is none.</param>
/// <param name="whom">A hash of realm and claimed authid. Authids that do not exist have one too.</param>
/// <param name="run">The check. It ends early, with any answer, once <see cref="IsOver"/> is true.</param>
internal sealed class TicketCheck(AddressBlock? from, int whom, Func<TicketCheck, AuthenticationStep> run)
{
    private readonly TaskCompletionSource<AuthenticationStep> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The check of a login.</summary>
    /// <param name="realm">The name of the realm.</param>
    /// <param name="authId">The claimed authid.</param>
    /// <param name="connection">Where the client is.</param>
    /// <param name="run">The check.</param>
    public static TicketCheck Of(string realm, string authId, ConnectionDetails connection, Func<TicketCheck, AuthenticationStep> run) =>
        new(connection.IsAddressKnown ? connection.Address : null, HashCode.Combine(realm, authId), run);

    /// <summary>The block that limits by address count it for.</summary>
    public AddressBlock? From { get; } = from;

    /// <summary>The hash of the claimed user.</summary>
    public int Whom { get; } = whom;

    /// <summary>The earliest time to run it, as a timestamp of the clock.</summary>
    public long NotBefore { get; set; }

    /// <summary>Whether it was answered or given up, so that nobody waits for it.</summary>
    public bool IsOver => _answer.Task.IsCompleted;

    /// <summary>Its answer.</summary>
    public Task<AuthenticationStep> Answer => _answer.Task;

    /// <summary>Runs the check; blocks its thread.</summary>
    public AuthenticationStep Run() => run(this);

    /// <summary>Answers, unless it has been answered already.</summary>
    public bool TryAnswer(AuthenticationStep step) => _answer.TrySetResult(step);

    /// <summary>Answers with what went wrong.</summary>
    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
