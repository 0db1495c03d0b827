using System.Diagnostics.Metrics;

namespace WampRouter.Sessions.Resumption;

/// <summary>What is counted about sessions that outlive their connection, as instruments of the meter <c>WampRouter.Sessions</c>.</summary>
internal static class ResumptionMetrics
{
    public static readonly UpDownCounter<long> Detached =
        LiveSessions.Meter.CreateUpDownCounter<long>("wamp.sessions.detached", "{session}", "Sessions without a connection now");

    private static readonly Counter<long> Resumptions =
        LiveSessions.Meter.CreateCounter<long>("wamp.session.resumptions", "{session}", "Sessions asked for again, by outcome");

    private static readonly Counter<long> Ends =
        LiveSessions.Meter.CreateCounter<long>("wamp.session.detached.ended", "{session}", "Sessions that ended for want of a connection, by reason");

    /// <summary>A client asked to resume a session.</summary>
    public static void Asked(ResumptionOutcome outcome) => Resumptions.Add(1, new KeyValuePair<string, object?>("outcome", WordOf(outcome)));

    /// <summary>A session ended because it had no connection.</summary>
    public static void Ended(string reason) => Ends.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static string WordOf(ResumptionOutcome outcome) => outcome switch
    {
        ResumptionOutcome.Resumed => "resumed",
        ResumptionOutcome.WrongToken => "wrong_token",
        ResumptionOutcome.OtherIdentity => "other_identity",
        ResumptionOutcome.OtherEncoding => "other_encoding",
        ResumptionOutcome.FramesGone => "frames_gone",
        _ => "unknown",
    };
}
