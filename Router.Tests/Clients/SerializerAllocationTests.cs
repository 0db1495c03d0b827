using System.Buffers;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Serializing an argument allocates nothing of its own, and two serializers with other rules on one thread do not get in each other's way.</summary>
internal sealed class SerializerAllocationTests
{
    [TestCase(7)]
    [TestCase(true)]
    [TestCase(null)]
    public void Serialize_AgainAndAgain_AllocatesNothing(object? value)
    {
        var output = new ArrayBufferWriter<byte>(1024);

        Assert.That(AllocatedBytes.LeastOf(() =>
        {
            output.ResetWrittenCount();
            for (var i = 0; i < 10; i++)
            {
                WampJsonSerializer.Default.Serialize(output, value);
            }
        }), Is.Zero);
    }

    [Test]
    public void Serialize_TwoSerializersByTurns_EachWritesByItsOwnRules()
    {
        var escaping = new WampJsonSerializer(new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        });
        var plain = new WampJsonSerializer(new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.That(Write(plain), Is.EqualTo("\"<\""));
            Assert.That(Write(escaping), Is.EqualTo("\"\\u003C\""));
        }
    }

    private static string Write(WampJsonSerializer serializer)
    {
        var output = new ArrayBufferWriter<byte>();
        serializer.Serialize(output, "<");
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
