using WampRouter.Realms.Peers;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// One authentication method as one realm offers it (<c>rfc/text/advanced/authentication.md</c>). Every way to log in is one of these: those of the configuration, and those of an application.
/// Any thread.
/// </summary>
/// <remarks>
/// A step may wait for somebody else, such as a database. Meanwhile the session takes nothing from its client. <c>givenUp</c> is cancelled when the client is gone or its time is over: the
/// step then completes soon, with any result.
/// </remarks>
internal interface IAuthenticationMethod
{
    /// <summary>The name in HELLO.Details.authmethods.</summary>
    string Name { get; }

    /// <summary>Begins a login. A result of null means that the method cannot serve this client: the next one is then tried.</summary>
    /// <param name="login">Who wants to log in, and how the client reached the router.</param>
    /// <param name="givenUp">Cancelled when nobody waits for the login any more, at any time until it has ended.</param>
    ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp);

    /// <summary>Says why a session that joined by a method of this name could not join by this one; null: it could.</summary>
    string? WhyGone(MemberIdentity identity) => null;

    /// <summary>Whether a login that an earlier version of the method has judged counts: with a secret that was taken away meanwhile nobody gets in.</summary>
    /// <param name="former">The version that has judged it.</param>
    /// <param name="identity">Who has logged in.</param>
    bool Confirms(IAuthenticationMethod former, MemberIdentity identity) => true;
}

/// <summary>A challenge that was sent and not yet answered.</summary>
internal interface IPendingAuthentication
{
    /// <summary>What a client is told that waits for somebody who does not answer.</summary>
    const string StillChecked = "the login is still being checked; try again";

    /// <summary>What a client is told whose answer was still being checked when its time was over.</summary>
    string WhyLate => StillChecked;

    /// <summary>Takes AUTHENTICATE, once; completes at once unless the check is slow. The result may be another challenge.</summary>
    /// <param name="signatureUtf8">AUTHENTICATE.Signature. Borrowed for the call.</param>
    /// <param name="extra">AUTHENTICATE.Extra; null where it is empty.</param>
    /// <param name="givenUp">As for <see cref="IAuthenticationMethod.BeginAsync"/>.</param>
    ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp);
}
