using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>rfc/text/advanced/transport_rawsocket.md, Handshake: the four bytes, as either side writes and reads them.</summary>
internal sealed class RawSocketHandshakeBytesTests
{
    [TestCase("Json", 512, "7f010000")]
    [TestCase("MessagePack", 65_536, "7f720000")]
    [TestCase("Cbor", 1 << 24, "7ff30000")]
    public void Write_FormatAndLength_AreReadAgainByEitherSide(string format, int maxBytes, string hex)
    {
        var written = RawSocketHandshake.Write(Enum.Parse<WireFormat>(format), maxBytes);

        Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(hex));
        Assert.That((RawSocketHandshake.ReadRequest(written, out var asked, out var taken), asked.ToString(), taken), Is.EqualTo((RawSocketError.None, format, maxBytes)));
        Assert.That((RawSocketHandshake.TryReadReply(written, written, out var acceptable, out var error), acceptable, error), Is.EqualTo((true, maxBytes, RawSocketError.None)));
    }

    [TestCase("7f710000", "SerializerUnsupported", "7f100000")]
    [TestCase("7f710000", "MaximumConnectionCount", "7f400000")]
    public void Refuse_Error_IsReadAsTheReply(string request, string error, string hex)
    {
        var reply = RawSocketHandshake.Refuse(Enum.Parse<RawSocketError>(error));

        Assert.That(Convert.ToHexStringLower(reply), Is.EqualTo(hex));
        Assert.That((RawSocketHandshake.TryReadReply(reply, Convert.FromHexString(request), out _, out var read), read.ToString()), Is.EqualTo((true, error)));
    }

    [TestCase("7f720000", Description = "another serializer")]
    [TestCase("7f000000", Description = "error 0")]
    [TestCase("48545450", Description = "HTTP")]
    public void TryReadReply_WhatIsNone_SaysSo(string reply) => Assert.That(RawSocketHandshake.TryReadReply(Convert.FromHexString(reply), Convert.FromHexString("7f710000"), out _, out _), Is.False);

    [TestCase("7f700000", "SerializerUnsupported")]
    [TestCase("7f740000", "SerializerUnsupported")]
    [TestCase("7f710100", "ReservedBits")]
    [TestCase("7f740001", "ReservedBits")]
    public void ReadRequest_WrongOne_SaysWhatIsWrong(string request, string error) => Assert.That(RawSocketHandshake.ReadRequest(Convert.FromHexString(request), out _, out _).ToString(), Is.EqualTo(error));
}
