namespace WampRouter;

/// <summary>
/// An authentication method of the application's own: one login by it. <see cref="WampLogins.AddMethod{TAuthenticator}"/> offers it in a realm. Each login has an instance of its own, made in a
/// scope of its own and disposed of with it when the login has ended, so fields may keep what belongs to the login between its rounds. The members are called one after the other, on any thread.
/// What they throw is logged, and the client refused.
/// </summary>
public interface IWampAuthenticator
{
    /// <summary>A client has asked for the method (HELLO).</summary>
    /// <param name="request">Who the client claims to be, and how it reached the router.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone, or its time (<c>Sessions:HelloTimeout</c>) is over.</param>
    /// <returns>What becomes of it.</returns>
    ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken);

    /// <summary>The client has answered a challenge (AUTHENTICATE). A method that never challenges is never asked.</summary>
    /// <param name="answer">Its answer.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone, or its time (<c>Sessions:HelloTimeout</c>) is over.</param>
    /// <returns>What becomes of it; another challenge begins another round.</returns>
    ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken);
}
