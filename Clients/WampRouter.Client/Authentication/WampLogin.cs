namespace WampRouter.Client;

/// <summary>
/// One login by a <see cref="WampAuthentication"/>, from before HELLO to WELCOME. Every join has one of its own, so it may keep what belongs to that join, such as a
/// nonce. Its members are called one after the other. What they throw ends the attempt to join: a <see cref="WampException"/> with its URI and words, which the router
/// is told too; anything else with <see cref="WampErrorUri.AuthenticationFailed"/>, and its words stay on this side.
/// </summary>
public abstract class WampLogin
{
    /// <summary>What the method says in HELLO (<c>Details.authextra</c>), such as a nonce or a public key; <see langword="null"/>: nothing.</summary>
    public virtual IReadOnlyDictionary<string, object?>? AuthExtra => null;

    /// <summary>Answers a CHALLENGE. There may be several, as with a second factor; a method that knows only one refuses the next.</summary>
    /// <param name="challenge">What the router asks.</param>
    /// <param name="cancellationToken">Ends with the time allowed for joining.</param>
    /// <returns>The proof.</returns>
    public abstract ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken);

    /// <summary>
    /// Looks at WELCOME before the client counts as joined: where a router has to prove who it is as well, as with SCRAM's verifier
    /// (<see cref="WampSessionDetails.AuthExtra"/>), this throws if it does not.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellationToken">Ends with the time allowed for joining.</param>
    /// <returns>A task that completes when the router is trusted.</returns>
    public virtual ValueTask CheckWelcomeAsync(WampSessionDetails session, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
