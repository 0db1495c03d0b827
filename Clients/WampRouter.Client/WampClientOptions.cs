using WampRouter.Client.Sessions;

namespace WampRouter.Client;

/// <summary>What publishing, calling, subscribing and registering do while there is no session.</summary>
public enum WampDisconnectedBehavior
{
    /// <summary>They fail at once with a <see cref="WampConnectionException"/>.</summary>
    Fail,

    /// <summary>They wait until the client is connected again; bound the wait with a cancellation token.</summary>
    Wait,
}

/// <summary>How a <see cref="WampClient"/> connects and behaves. Checked as a whole when the client is created.</summary>
public sealed class WampClientOptions
{
    /// <summary>A little less than timers take.</summary>
    internal static readonly TimeSpan LongestTime = TimeSpan.FromDays(49);

    /// <summary>How to reach the router: <see cref="WampWebSocketTransport"/>, <see cref="WampRawSocketTransport"/>, <see cref="WampPipeTransport"/> or your own.</summary>
    public required IWampTransport Transport { get; init; }

    /// <summary>The realm to join.</summary>
    public required string Realm { get; init; }

    /// <summary>Which serializers to offer, the preferred one first. Default: JSON, MessagePack, CBOR.</summary>
    public IReadOnlyList<WampSerializer> Serializers { get; init; } = [WampSerializer.Json, WampSerializer.MessagePack, WampSerializer.Cbor];

    /// <summary>Who the client is. Default: anonymous.</summary>
    public WampAuthentication Authentication { get; init; } = WampAuthentication.Anonymous;

    /// <summary>How arguments become JSON values and back. Default: <see cref="WampJsonSerializer.Default"/>.</summary>
    public IWampPayloadSerializer PayloadSerializer { get; init; } = WampJsonSerializer.Default;

    /// <summary>How to come back after a lost session; <see langword="null"/> to close instead.</summary>
    public WampReconnectPolicy? Reconnect { get; init; } = new();

    /// <summary>Asks the router to keep the session while its connection is lost. Default <see langword="null"/>: a lost connection ends the session.</summary>
    public WampResumption? Resumption { get; init; }

    /// <summary>What requests do while there is no session. Default: fail.</summary>
    public WampDisconnectedBehavior WhenDisconnected { get; init; } = WampDisconnectedBehavior.Fail;

    /// <summary>How long connecting and joining may take together, up to 49 days. Default 15 s.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a graceful close waits for the router's GOODBYE, up to 49 days. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that may wait to be sent; beyond it senders wait. Default 4 MiB.</summary>
    public int MaxUnsentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether callers learn the message of an exception that is no <see cref="WampException"/>. Default <see langword="false"/>:
    /// such messages can carry paths, names and other things callers should not know.
    /// </summary>
    public bool SendExceptionMessages { get; init; }

    /// <summary>
    /// Features the router has but does not announce, by their names in the specification, such as <c>subscriber_blackwhite_listing</c>: options that need one of them are
    /// sent nevertheless. Default: none.
    /// </summary>
    public IReadOnlyList<string> AssumedFeatures { get; init; } = [];

    /// <summary>The clock behind every delay and timeout.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void ThrowIfInvalid()
    {
        List<string> mistakes = [.. Mistakes()];
        if (mistakes.Count > 0)
        {
            throw new ArgumentException($"The options of the WAMP client are not valid: {string.Join("; ", mistakes)}.");
        }
    }

    private IEnumerable<string> Mistakes()
    {
        if (Transport is null)
        {
            yield return "Transport is missing";
        }

        if (string.IsNullOrEmpty(Realm))
        {
            yield return "Realm is missing";
        }
        else if (TextConverter.IsCut(Realm))
        {
            yield return "Realm holds half of a surrogate pair, which is no character";
        }

        if (Serializers is null or { Count: 0 })
        {
            yield return "Serializers must name at least one";
        }

        foreach (var serializer in Serializers?.Where(serializer => !Enum.IsDefined(serializer)) ?? [])
        {
            yield return $"Serializers names '{serializer}', which is none";
        }

        if (Serializers?.Distinct().Count() < Serializers?.Count)
        {
            yield return "Serializers names one twice";
        }

        if (!Enum.IsDefined(WhenDisconnected))
        {
            yield return $"WhenDisconnected is '{WhenDisconnected}', which is none of its values";
        }

        if (JoinTimeout <= TimeSpan.Zero || CloseTimeout <= TimeSpan.Zero)
        {
            yield return "JoinTimeout and CloseTimeout must be positive";
        }

        if (JoinTimeout > LongestTime || CloseTimeout > LongestTime)
        {
            yield return $"JoinTimeout and CloseTimeout must be at most {LongestTime.Days} days";
        }

        if (Resumption is not null && Reconnect is null)
        {
            yield return "Resumption needs Reconnect";
        }

        if (MaxUnsentBytes < 1024)
        {
            yield return "MaxUnsentBytes must be at least 1024";
        }

        foreach (var unknown in AssumedFeatures?.Where(name => !RouterFeatureNames.IsKnown(name)) ?? ["null"])
        {
            yield return $"AssumedFeatures names '{unknown}', which no option needs";
        }

        foreach (var mistake in (Reconnect?.Mistakes() ?? []).Concat(Resumption?.Mistakes() ?? []))
        {
            yield return mistake;
        }
    }
}
