using System.Text.Json.Nodes;
using WampRouter.Wire;

namespace WampRouter;

/// <summary>What an <see cref="IWampAuthenticator"/> decides: the client is let in, challenged or refused, or the method is not for it. Immutable.</summary>
public sealed class WampLoginStep
{
    /// <summary>The most bytes of a refusal's text, in UTF-8.</summary>
    internal const int MaxMessageBytes = 1024;

    private WampLoginStep(StepKind kind) => Kind = kind;

    internal enum StepKind : byte
    {
        Accept,
        Challenge,
        Refuse,
        Skip,
    }

    internal StepKind Kind { get; }

    internal WampIdentity? Identity { get; private init; }

    internal JsonObject? Extra { get; private init; }

    internal string Reason { get; private init; } = WampErrors.AuthenticationDenied;

    internal string Message { get; private init; } = "";

    /// <summary>Lets the client in: WELCOME.</summary>
    /// <param name="identity">Who it is.</param>
    /// <returns>The step.</returns>
    public static WampLoginStep Accept(WampIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new WampLoginStep(StepKind.Accept) { Identity = identity };
    }

    /// <summary>Asks the client to prove who it is: CHALLENGE. Its answer goes to <see cref="IWampAuthenticator.AnswerAsync"/>. A login has at most 10 rounds.</summary>
    /// <param name="extra">What the client needs for the answer, of at most <see cref="WampIdentity.MaxAuthExtraBytes"/>; null: nothing.</param>
    /// <returns>The step.</returns>
    public static WampLoginStep Challenge(JsonObject? extra = null) => new(StepKind.Challenge) { Extra = extra };

    /// <summary>Refuses the client: ABORT. Other methods that it named are tried only if this is what <see cref="IWampAuthenticator.BeginAsync"/> says.</summary>
    /// <param name="message">What its user is told; the same for unknown users and for wrong proofs, or it tells who exists.</param>
    /// <param name="reason">The URI of the error.</param>
    /// <returns>The step.</returns>
    /// <exception cref="ArgumentException">The message is too long, or the reason is no URI.</exception>
    public static WampLoginStep Refuse(string message = "unknown authid or wrong proof", string reason = WampErrors.AuthenticationDenied)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(reason);
        return System.Text.Encoding.UTF8.GetByteCount(message) > MaxMessageBytes ? throw new ArgumentException($"The message has more than {MaxMessageBytes} bytes.", nameof(message))
            : !WampUri.IsValid(System.Text.Encoding.UTF8.GetBytes(reason), strict: false) ? throw new ArgumentException("The reason is no URI.", nameof(reason))
            : new WampLoginStep(StepKind.Refuse) { Message = message, Reason = reason };
    }

    /// <summary>The method is not for this client, which may have named others: the next of them that the realm offers is tried. Only as what <see cref="IWampAuthenticator.BeginAsync"/> says.</summary>
    /// <returns>The step.</returns>
    public static WampLoginStep Skip() => new(StepKind.Skip);
}
