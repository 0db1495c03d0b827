using System.Runtime.InteropServices;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

internal sealed class FrameMaskTests
{
    private static readonly byte[] Key = [0x12, 0x34, 0x56, 0x78];

    [Test]
    public void Apply_AnyLengthCutAnywhere_EqualsTheDefinition([Range(0, 100)] int length)
    {
        var source = Enumerable.Range(1, length).Select(i => (byte)(i * 31)).ToArray();
        var expected = source.Select((octet, i) => (byte)(octet ^ Key[i % 4])).ToArray();
        for (var cut = 0; cut <= length; cut++)
        {
            var unmasked = new byte[length];
            var key = MemoryMarshal.Read<uint>(Key);

            FrameMask.Apply(source.AsSpan(0, cut), unmasked, key);
            FrameMask.Apply(source.AsSpan(cut), unmasked.AsSpan(cut), FrameMask.Turn(key, cut));

            Assert.That(unmasked, Is.EqualTo(expected));
        }
    }

    [Test]
    public void Apply_DestinationTooShort_ThrowsInsteadOfWritingBeyond()
    {
        Assert.That(() => FrameMask.Apply(new byte[40], new byte[39], 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
