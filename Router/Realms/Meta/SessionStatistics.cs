using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Settings;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>
/// Publishes how much each session sends and receives, in <c>wamp.session.on_stats</c>. The specification only names this topic. The two arguments are those of
/// Crossbar.io, and give each direction of the traffic separately too. Sessions always count their traffic themselves, so nothing else is done
/// between two ticks, and little at a tick without subscribers.
/// </summary>
/// <remarks>A session gets no event about itself: that event would be traffic, which the next one would have to report.</remarks>
internal sealed class SessionStatistics
{
    private const long NanosecondsPerTick = 100;

    private readonly LivePolicy _policy;
    private readonly string _realm;
    private readonly MemberTable _members;
    private readonly PublicationRouting _publications;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <param name="policy">Says when to publish, if at all.</param>
    /// <param name="realm">The realm's name.</param>
    /// <param name="members">The sessions.</param>
    /// <param name="publications">Publishes the events.</param>
    /// <param name="time">The clock.</param>
    public SessionStatistics(LivePolicy policy, string realm, MemberTable members, PublicationRouting publications, TimeProvider time)
    {
        _policy = policy;
        _realm = realm;
        _members = members;
        _publications = publications;
        _time = time;
        _timer = time.CreateTimer(static statistics => ((SessionStatistics)statistics!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        KeepTime();
    }

    private StatisticsSettings? Settings => _policy.Current.Settings.Statistics;

    private static ReadOnlySpan<byte> Topic => "wamp.session.on_stats"u8;

    /// <summary>Begins to count for a session after its WELCOME, if statistics are on.</summary>
    public void Joined(Member member)
    {
        if (Settings is not null)
        {
            member.Traffic ??= new SessionTraffic(member.Peer, _time.GetTimestamp());
        }
    }

    /// <summary>A new policy is current: the interval starts again, and sessions that were not counted are counted if the policy turns statistics on.</summary>
    public void Apply()
    {
        foreach (var member in _members.All)
        {
            Joined(member);
        }

        KeepTime();
    }

    /// <summary>Publishes the rest of a leaving session's traffic, after its subscriptions have ended.</summary>
    public void Left(Member member, FlushBatch batch) => Tell(member, isLast: true, batch);

    private void KeepTime() => _timer.Change(Settings?.Interval ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void OnTimer()
    {
        if (_publications.IsHeard(Topic))
        {
            var batch = FlushBatch.OfThread;
            foreach (var member in _members.All)
            {
                Tell(member, isLast: false, batch);
            }

            batch.Flush();
        }

        // Not periodic: with very many sessions one round may take longer than the interval.
        KeepTime();
    }

    private void Tell(Member member, bool isLast, FlushBatch batch)
    {
        if (member.Traffic is not { } traffic || Settings is not { } settings)
        {
            return;
        }

        lock (traffic.Gate)
        {
            if (traffic.TryTake(_time.GetTimestamp(), settings.MinMessages, isLast, out var share))
            {
                _publications.PublishInternal(Topic, (statistics: this, member, share), static (writer, told) => told.statistics.Write(writer, told.member, told.share), batch, except: member);
            }
        }
    }

    private void Write(MessageWriter writer, Member member, in TrafficShare share)
    {
        writer.BeginList(2);
        writer.BeginDictionary(4);
        writer.WriteKey("session"u8);
        writer.WriteId(member.Identity.Session);
        writer.WriteEntry("authid"u8, member.Identity.AuthId);
        writer.WriteEntry("authrole"u8, member.Identity.AuthRole);
        writer.WriteEntry("realm"u8, _realm);
        writer.EndDictionary();
        writer.BeginDictionary(10);
        WriteTraffic(writer, share.Traffic.Messages, share.Traffic.Bytes);
        writer.WriteKey("received"u8);
        writer.BeginDictionary(2);
        WriteTraffic(writer, share.Traffic.ReceivedMessages, share.Traffic.ReceivedBytes);
        writer.EndDictionary();
        writer.WriteKey("sent"u8);
        writer.BeginDictionary(2);
        WriteTraffic(writer, share.Traffic.SentMessages, share.Traffic.SentBytes);
        writer.EndDictionary();
        WriteNumber(writer, "duration"u8, _time.GetElapsedTime(0, share.Elapsed).Ticks * NanosecondsPerTick);
        WriteNumber(writer, "timestamp"u8, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick);
        writer.WriteEntry("serializer"u8, SessionDetails.NameOf(member.Peer.Encoding.Format));
        WriteNumber(writer, "cycle"u8, share.Cycle);
        writer.WriteKey("first"u8);
        writer.WriteBoolean(share.Cycle == 1);
        writer.WriteKey("last"u8);
        writer.WriteBoolean(share.IsLast);
        writer.EndDictionary();
        writer.EndList();
    }

    private static void WriteTraffic(MessageWriter writer, long messages, long bytes)
    {
        WriteNumber(writer, "messages"u8, messages);
        WriteNumber(writer, "bytes"u8, bytes);
    }

    private static void WriteNumber(MessageWriter writer, ReadOnlySpan<byte> key, long value)
    {
        writer.WriteKey(key);
        writer.WriteInteger(value);
    }
}
