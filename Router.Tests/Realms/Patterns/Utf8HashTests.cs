using System.Text;
using WampRouter.Realms.Patterns;

namespace WampRouter.Tests.Realms.Patterns;

public sealed class Utf8HashTests
{
    [Test]
    public void Of_ManySimilarUris_SpreadsAsRandomNumbersWould()
    {
        const int Uris = 100_000;

        var hashes = Enumerable.Range(0, Uris).Select(i => Utf8Hash.Of(Encoding.UTF8.GetBytes($"com.example.sensor.{i}"))).ToHashSet();

        // Of 100,000 random 32-bit numbers about one pair is equal; twenty would be a bad hash.
        Assert.That(hashes, Has.Count.GreaterThan(Uris - 20));
    }

    [Test]
    public void Of_EveryLengthWithOneByteChanged_Differs()
    {
        for (var length = 1; length <= 40; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var bytes = new byte[length];
                var before = Utf8Hash.Of(bytes);
                bytes[at] = 1;

                Assert.That(Utf8Hash.Of(bytes), Is.Not.EqualTo(before), $"byte {at} of {length}");
            }
        }
    }

    [Test]
    public void Of_ZerosOfDifferentLength_Differ() =>
        Assert.That(Enumerable.Range(0, 64).Select(length => Utf8Hash.Of(new byte[length])), Is.Unique);
}
