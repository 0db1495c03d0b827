using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Authentication;

/// <summary>One slow check of a ticket, from its AUTHENTICATE to its answer.</summary>
/// <param name="from">Whom limits by address count it for; null where the client's own address is not known, or there is none.</param>
/// <param name="whom">A number for the user that is claimed, the same for the same name in the same realm, known there or not.</param>
/// <param name="run">The check. It ends early, with any answer, where nobody waits for it any more.</param>
internal sealed class TicketCheck(AddressBlock? from, int whom, Func<TicketCheck, AuthenticationStep> run)
{
    private readonly TaskCompletionSource<AuthenticationStep> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whom limits by address count it for.</summary>
    public AddressBlock? From { get; } = from;

    /// <summary>The user that is claimed.</summary>
    public int Whom { get; } = whom;

    /// <summary>Not before that, as a timestamp of the clock.</summary>
    public long NotBefore { get; set; }

    /// <summary>Nobody waits for it any more: it was answered, or given up.</summary>
    public bool IsOver => _answer.Task.IsCompleted;

    /// <summary>Its answer.</summary>
    public Task<AuthenticationStep> Answer => _answer.Task;

    /// <summary>Does the work, on a thread that may be held up.</summary>
    public AuthenticationStep Run() => run(this);

    /// <summary>Answers, unless it was answered before.</summary>
    public bool TryAnswer(AuthenticationStep step) => _answer.TrySetResult(step);

    /// <summary>Answers with what went wrong.</summary>
    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
