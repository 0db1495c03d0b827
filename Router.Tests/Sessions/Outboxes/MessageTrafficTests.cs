using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Outboxes;

/// <summary>An outbox counts the messages that it accepts by type, whatever becomes of them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MessageTrafficTests
{
    private static readonly WireEncoding Encoding = new(WireFormat.Json, Framing.RawSocket);

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly MessageTraffic _traffic = new("memory", WireFormat.Json);
    private readonly Outbox _outbox;

    public MessageTrafficTests() => _outbox = new Outbox(_pipe.Writer, new ByteBudget(long.MaxValue), 10_000_000, framing: null, _traffic, Encoding);

    [Test]
    public void Enqueue_SeveralTypesInTurn_CountsEachWithItsBytes()
    {
        var (events, results) = (Message(MessageCode.Event), Message(MessageCode.Result, length: 50));
        foreach (var frame in (byte[][])[events, events, results, events, results])
        {
            _outbox.TryEnqueue(frame, FlushBatch.OfThread);
        }

        FlushBatch.OfThread.Flush();

        Assert.That(Sent("EVENT"), Is.EqualTo((3, 3 * events.Length)));
        Assert.That(Sent("RESULT"), Is.EqualTo((2, 2 * results.Length)));
    }

    [Test]
    public void Enqueue_MessageThatIsFlushedAtOnce_IsCounted()
    {
        var large = Message(MessageCode.Event, length: 100_000);

        _outbox.TryEnqueue(large, new FlushBatch());

        Assert.That(Sent("EVENT"), Is.EqualTo((1, large.Length)));
    }

    [Test]
    public void Close_MessagesWereNotFlushed_CountsThem()
    {
        _outbox.TryEnqueue(Message(MessageCode.Goodbye), new FlushBatch());

        _outbox.Close();

        Assert.That(Sent("GOODBYE").Messages, Is.EqualTo(1));
    }

    [Test]
    public void Enqueue_RefusedMessage_IsNotCounted()
    {
        _outbox.Close();

        _outbox.TryEnqueue(Message(MessageCode.Event), FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();

        Assert.That(_traffic.Messages, Is.Empty);
    }

    [Test]
    public void Received_WhatCannotBeRead_IsATypeOfItsOwn()
    {
        _traffic.Received(MessageCode.None, 3, FlushBatch.OfThread);
        _traffic.Received((MessageCode)4711, 4, FlushBatch.OfThread);
        _traffic.Received(MessageCode.EventReceived, 5, FlushBatch.OfThread);

        Assert.That(Look("unreadable", "received"), Is.EqualTo((2, 7)));
        Assert.That(Look("EVENT_RECEIVED", "received"), Is.EqualTo((1, 5)));
    }

    private static byte[] Message(MessageCode code, int length = 3)
    {
        var writer = new MessageWriter(Encoding);
        writer.Begin(code, elements: 2);
        writer.WriteText(new string('x', length));
        return writer.End().ToArray();
    }

    private (long Messages, long Bytes) Sent(string type) => Look(type, "sent");

    private (long Messages, long Bytes) Look(string type, string direction)
    {
        var wanted = new KeyValuePair<string, object?>[] { new("type", type), new("direction", direction), new("transport", "memory"), new("serializer", "json") };
        return (_traffic.Messages.Single(one => one.Tags.SequenceEqual(wanted)).Value, _traffic.Bytes.Single(one => one.Tags.SequenceEqual(wanted)).Value);
    }
}
