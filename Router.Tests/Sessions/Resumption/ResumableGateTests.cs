using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>What a shut gate keeps back from a session that can be resumed is neither sent nor kept for later.</summary>
public sealed class ResumableGateTests
{
    [Test]
    public void Send_GateIsShut_NeitherSendsNorKeeps([Values] bool isAnEvent, [Values] bool isOpen, [Values] bool isDetached)
    {
        using var router = new TestRouter();
        var client = ResumableClient.Join(router);
        var peer = ((ResumableSession)router.Live.Find(client.Id)!).Peer;
        client.Take();
        if (isDetached)
        {
            client.Lose();
        }

        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Result, 3);
        writer.WriteId(1);
        writer.BeginDictionary(0);
        writer.EndDictionary();
        writer.End();
        var batch = new FlushBatch();
        var gate = new Gate(isOpen);
        var isTaken = isAnEvent ? peer.SendEvent(writer.Frame, gate, batch) : peer.Send(writer.Frame, batch, gate);
        batch.Flush();
        if (isDetached)
        {
            client.Resume();
        }

        Assert.That(isTaken == SendOutcome.Taken, Is.EqualTo(isOpen));
        Assert.That(client.Take().Count(message => message.StartsWith("[50,", StringComparison.Ordinal)), Is.EqualTo(isOpen ? 1 : 0));
    }

    private sealed class Gate(bool isOpen) : IDeliveryGate
    {
        public bool IsOpen => isOpen;
    }
}
