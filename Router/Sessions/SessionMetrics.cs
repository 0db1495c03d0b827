using System.Diagnostics.Metrics;

namespace WampRouter.Sessions;

/// <summary>What sessions count, as instruments of the meter <c>WampRouter.Sessions</c>.</summary>
internal static class SessionMetrics
{
    public static readonly Counter<long> Violations =
        LiveSessions.Meter.CreateCounter<long>("wamp.session.violations", "{session}", "Sessions aborted for a protocol violation");

    public static readonly Counter<long> MessagesRefused =
        LiveSessions.Meter.CreateCounter<long>("wamp.messages.refused", "{message}", "Messages that were understood and could not be taken, by what was at fault: content or size");

    public static readonly Counter<long> Idle =
        LiveSessions.Meter.CreateCounter<long>("wamp.session.idle", "{session}", "Sessions ended because no message came or went for too long");

    public static readonly Counter<long> Overflows =
        LiveSessions.Meter.CreateCounter<long>("wamp.outbox.overflows", "{session}", "Sessions ended because their outbox was full");

    public static readonly Counter<long> EventsDropped =
        LiveSessions.Meter.CreateCounter<long>("wamp.outbox.events.dropped", "{event}", "EVENTs dropped at a full outbox under the policy drop-events");

    private static readonly Counter<long> Logins =
        LiveSessions.Meter.CreateCounter<long>("wamp.logins", "{login}", "Logins by the method that decided (none: no method of the realm did) and how they ended: accepted, refused, late (no answer within the time) or gone (the client did not wait)");

    private static readonly Counter<long> TicketChecks =
        LiveSessions.Meter.CreateCounter<long>("wamp.ticket.checks", "{check}", "Slow checks of tickets, by how they ended: right, wrong, refused (no place in the queue) or dropped (nobody waited any more)");

    /// <summary>A login has ended.</summary>
    /// <param name="method">The name of a method that the realm offers; null: none decided.</param>
    /// <param name="outcome">How.</param>
    public static void LoggedIn(string? method, string outcome) => Logins.Add(1, new("method", method ?? "none"), new("outcome", outcome));

    /// <summary>A slow check of a ticket has ended.</summary>
    public static void Checked(string outcome) => TicketChecks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
