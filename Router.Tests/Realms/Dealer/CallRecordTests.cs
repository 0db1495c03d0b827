using WampRouter.Realms.Dealer;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>A call that is kept to be made again: what it says, and what it is counted for.</summary>
public sealed class CallRecordTests
{
    [Test]
    public void CopyBytes_OptionsAndPayload_BothCount()
    {
        var nothing = Held([], []).Bytes;

        Assert.That(nothing, Is.Positive, "a call without arguments is not free");
        Assert.That(Held(new byte[100], []).Bytes, Is.EqualTo(nothing + 100));
        Assert.That(Held([], new byte[100]).Bytes, Is.EqualTo(nothing + 100));
        Assert.That(Held(new byte[10], new byte[1000]).Bytes, Is.EqualTo(nothing + 1010));
    }

    [Test]
    public void CopyMessage_WhateverBecomesOfTheBuffer_SaysWhatTheCallSaid()
    {
        byte[] options = [.. "{}"u8], payload = [.. ",[1]"u8];
        var held = Held(options, payload);
        options.AsSpan().Clear();
        payload.AsSpan().Clear();

        var message = held.Message;

        Assert.That((message.Code, message.Format, message.Payload.Count), Is.EqualTo((MessageCode.Call, WireFormat.Json, 1)));
        Assert.That((message.Options.SequenceEqual("{}"u8), message.Payload.Tail.SequenceEqual(",[1]"u8)), Is.EqualTo((true, true)));
    }

    private static CallRecord.Copy Held(byte[] options, byte[] payload) => new(WireFormat.Json, options, new Payload(WireFormat.Json, payload, payload.Length > 0 ? 1 : 0));
}
