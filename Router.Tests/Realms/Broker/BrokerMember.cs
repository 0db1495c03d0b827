using System.Globalization;
using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>A member of a realm with any name, role and features, without a session around it: its messages go straight to the realm.</summary>
internal sealed class BrokerMember
{
    private readonly Realm _realm;
    private ulong _lastRequest;

    public BrokerMember(Realm realm, string authId = "someone", string authRole = "anonymous", PeerFeatures features = PeerFeatures.None, int maxMessageBytes = int.MaxValue)
    {
        _realm = realm;
        Peer = new RecordingPeer { MaxMessageBytes = maxMessageBytes };
        var identity = new MemberIdentity(WampId.NextUnguessable(), authId, authRole, "test", "static");
        Assert.That(realm.TryJoin(identity, features, Peer, out var member, out _), Is.True);
        Member = member!;
    }

    public Member Member { get; }

    public RecordingPeer Peer { get; }

    public ulong Session => Member.Identity.Session;

    /// <summary>The text of each EVENT received so far.</summary>
    public IReadOnlyList<string> Texts => [.. Peer.Sent.Where(message => message.StartsWith("[36,", StringComparison.Ordinal)).Select(message => message.TrimEnd(']', '"').Split('"')[^1])];

    /// <summary>Subscribes; the id is in the answer.</summary>
    public ulong Subscribe(string topic, string options = "{}")
    {
        var from = Peer.Sent.Count;
        Send($$"""[32,{{++_lastRequest}},{{options}},"{{topic}}"]""");
        return ulong.Parse(Peer.Sent[from].TrimEnd(']').Split(',')[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Publishes one text.</summary>
    public void Publish(string topic, string text, string options = "{}") => Send($$"""[16,{{++_lastRequest}},{{options}},"{{topic}}",["{{text}}"]]""");

    /// <summary>Routes one message.</summary>
    /// <returns>The protocol violation it is, or null.</returns>
    public string? Send(string json)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        var batch = new FlushBatch();
        return (_realm.Route(Member, message, batch) as ProtocolViolation)?.Text;
    }
}
