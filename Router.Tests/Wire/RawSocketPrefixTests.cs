using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>rfc/text/advanced/transport_rawsocket.md, Framing: what is written is what is read, by router and client alike.</summary>
internal sealed class RawSocketPrefixTests
{
    [TestCase("Message", 0, "00000000")]
    [TestCase("Ping", 0x123456, "01123456")]
    [TestCase("Pong", 0xFFFFFF, "02ffffff")]
    [TestCase("Message", 0x1000000, "08000000")]
    [TestCase("Pong", 0x1000000, "0a000000")]
    public void Write_KindAndLength_AreReadAgain(string kind, int length, string hex)
    {
        var prefix = new byte[RawSocketPrefix.Size];
        RawSocketPrefix.Write(prefix, Enum.Parse<RawSocketKind>(kind), length);

        Assert.That(Convert.ToHexStringLower(prefix), Is.EqualTo(hex));
        Assert.That((RawSocketPrefix.FindFault(prefix), RawSocketPrefix.KindIn(prefix).ToString(), RawSocketPrefix.LengthIn(prefix)), Is.EqualTo(((string?)null, kind, length)));
    }

    [TestCase("10000000", "the reserved bits of a frame are set")]
    [TestCase("80000000", "the reserved bits of a frame are set")]
    [TestCase("03000000", "a frame is of a reserved kind")]
    [TestCase("07000001", "a frame is of a reserved kind")]
    [TestCase("08000001", "the 25th bit of a frame's length is set, and others with it")]
    [TestCase("09800000", "the 25th bit of a frame's length is set, and others with it")]
    public void FindFault_WhatNobodyMayWrite_IsNamed(string hex, string fault) => Assert.That(RawSocketPrefix.FindFault(Convert.FromHexString(hex)), Is.EqualTo(fault));
}
