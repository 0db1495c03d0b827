namespace WampRouter.Client;

/// <summary>A CHALLENGE of the router: it asks the client to prove who it is.</summary>
/// <param name="method">The method it chose among those that were offered, such as <c>ticket</c>.</param>
/// <param name="extra">What the method needs for the answer.</param>
public sealed class WampChallenge(string method, WampDetails extra)
{
    /// <summary>The method the router chose among those that were offered (<c>AuthMethod</c>).</summary>
    public string Method { get; } = method ?? throw new ArgumentNullException(nameof(method));

    /// <summary>What the method needs for the answer (<c>Extra</c>), such as <c>salt</c> and <c>nonce</c>; <see cref="WampDetails.TryGet{T}"/> reads an entry.</summary>
    public WampDetails Extra { get; } = extra ?? throw new ArgumentNullException(nameof(extra));

    /// <summary>Which challenge of the login it is, from 1 on: a method with two factors asks twice.</summary>
    public int Round { get; init; } = 1;
}

/// <summary>The AUTHENTICATE that answers a CHALLENGE.</summary>
/// <param name="Signature">The proof, as the method makes it.</param>
public sealed record WampChallengeResponse(string Signature)
{
    /// <summary>What the method says beside the proof (<c>Extra</c>), such as <c>channel_binding</c>; <see langword="null"/>: nothing.</summary>
    public IReadOnlyDictionary<string, object?>? Extra { get; init; }

    /// <summary>Says nothing of the proof: it may be a ticket, which belongs into no log.</summary>
    /// <returns>The type's name.</returns>
    public override string ToString() => nameof(WampChallengeResponse);
}
