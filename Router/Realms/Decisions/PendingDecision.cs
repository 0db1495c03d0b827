using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;

namespace WampRouter.Realms.Decisions;

/// <summary>A decision that an authorizer was asked for. Any thread.</summary>
/// <param name="policy">The policy by which the authorizer has to be asked.</param>
/// <param name="request">The question.</param>
internal sealed class PendingDecision(RealmPolicy policy, AuthorizationRequest request)
{
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The question.</summary>
    public AuthorizationRequest Request { get; } = request;

    /// <summary>Completes when there is an answer, or will be none. Never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when nobody waits any more.</summary>
    public Task GivenUp => _givenUp.Task;

    /// <summary>The answer, once completed; null: there is none, so what was asked is not allowed.</summary>
    public Decision? Answer { get; private set; }

    /// <summary>Whether it answers this question of the same session.</summary>
    public bool Concerns(RealmPolicy judge, Permissions action, MatchPolicy match, ReadOnlySpan<byte> uri) =>
        ReferenceEquals(policy, judge) && Request.Action == action && Request.Match == match && uri.SequenceEqual(Request.Uri);

    /// <summary>Nobody waits for the answer any more: it completes soon.</summary>
    public void GiveUp() => _givenUp.TrySetResult();

    /// <summary>Begins to ask. Once.</summary>
    /// <param name="askAsync">Asks; never fails.</param>
    public void Begin(Func<PendingDecision, Task<Decision?>> askAsync) => Completion = CompleteAsync(askAsync);

    private async Task CompleteAsync(Func<PendingDecision, Task<Decision?>> askAsync) => Answer = await askAsync(this).ConfigureAwait(false);
}
