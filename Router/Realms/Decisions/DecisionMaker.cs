using WampRouter.Realms.Authorization;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms.Decisions;

/// <summary>
/// Asks a realm's authorizer what no rule of a role covers, and remembers its answers. Its code runs on the thread pool, under a time limit; what it does not decide in time, or fails at, is refused.
/// Any thread.
/// </summary>
/// <param name="authorizer">The authorizer.</param>
/// <param name="first">The policy at the start.</param>
/// <param name="metrics">Counts decisions, and logs those that fail.</param>
/// <param name="time">The clock.</param>
internal sealed class DecisionMaker(IAuthorizer authorizer, RealmPolicy first, RealmMetrics metrics, TimeProvider time)
{
    private volatile DecisionCache _cache = new(first);
    private int _running;

    /// <summary>How many decisions are remembered.</summary>
    public int Cached => _cache.Count;

    /// <summary>How many are under way.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Another policy holds: forgets everything.</summary>
    public void Apply(RealmPolicy policy) => _cache = new DecisionCache(policy);

    /// <summary>Finds a decision that is remembered.</summary>
    public bool TryFind(MemberIdentity who, Role role, Permissions action, MatchPolicy match, byte[] uri, out Decision decision)
    {
        var cache = _cache;
        decision = default;
        return ReferenceEquals(cache.Policy, role.Policy) && cache.TryFind(who, action, match, uri, out decision);
    }

    /// <summary>Asks the authorizer.</summary>
    /// <param name="who">The session.</param>
    /// <param name="role">Its role, which has no rule for this.</param>
    /// <param name="action">What it wants to do.</param>
    /// <param name="match">How the URI is compared.</param>
    /// <param name="uri">The URI or pattern.</param>
    /// <param name="message">Its message.</param>
    public PendingDecision Ask(MemberIdentity who, Role role, Permissions action, MatchPolicy match, byte[] uri, in WampMessage message)
    {
        var pending = new PendingDecision(role.Policy, new AuthorizationRequest(who, action, match, uri, message.Format, message.Options.ToArray()));
        pending.Begin(asked => DecideAsync(asked, role.Policy));
        return pending;
    }

    private async Task<Decision?> DecideAsync(PendingDecision pending, RealmPolicy policy)
    {
        var settings = policy.Settings.Authorizer;
        if (Interlocked.Increment(ref _running) > settings.MaxPending)
        {
            Interlocked.Decrement(ref _running);
            Tell(pending, "too many decisions of the authorizer are under way (authorizer.maxPending of the realm)");
            return null;
        }

        using var cancellation = new CancellationTokenSource();

        // Elsewhere: the application's code may block before its first await.
        var asking = Task.Run(() => AskAsync(pending.Request, cancellation.Token), CancellationToken.None);
        try
        {
            if (await Task.WhenAny(asking, pending.GivenUp).WaitAsync(settings.Timeout, time).ConfigureAwait(false) != asking)
            {
                await AbandonAsync(asking, cancellation).ConfigureAwait(false);     // the session has ended, so there is nothing to tell
                return null;
            }

            var decision = await asking.ConfigureAwait(false);
            metrics.Decided(decision.IsAllowed);
            if (decision.IsCached && _cache is var cache && ReferenceEquals(cache.Policy, policy))
            {
                cache.Add(pending.Request.Session, pending.Request.Action, pending.Request.Match, pending.Request.Uri, decision);
            }

            return decision;
        }
        catch (TimeoutException) when (!asking.IsCompleted)
        {
            await AbandonAsync(asking, cancellation).ConfigureAwait(false);
            Tell(pending, FormattableString.Invariant($"the authorizer did not answer within {settings.Timeout.TotalSeconds} s (authorizer.timeoutSeconds of the realm)"));
        }
        catch (Exception e)
        {
            Tell(pending, "the authorizer failed", e);     // the application's code may throw anything; only this request is refused
        }

        return null;
    }

    private static async Task AbandonAsync(Task asking, CancellationTokenSource cancellation)
    {
        // What comes of it matters to nobody, but it must not become an unobserved exception.
        _ = asking.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await cancellation.CancelAsync().ConfigureAwait(false);
    }

    private void Tell(PendingDecision pending, string why, Exception? exception = null)
    {
        var request = pending.Request;
        var code = request.Action switch
        {
            Permissions.Call => MessageCode.Call,
            Permissions.Register => MessageCode.Register,
            Permissions.Publish => MessageCode.Publish,
            _ => MessageCode.Subscribe,
        };
        metrics.Undecided(code, request.Uri, request.Session, why, exception);
    }

    private async Task<Decision> AskAsync(AuthorizationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await authorizer.AuthorizeAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
