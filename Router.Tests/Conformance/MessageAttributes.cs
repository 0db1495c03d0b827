using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance;

/// <summary>A decoded message in the words of the vectors' <c>expected_attributes</c>.</summary>
internal static class MessageAttributes
{
    /// <summary>The number the official vectors use for EVENT_RECEIVED.</summary>
    public const int ProvisionalEventReceived = 337;

    /// <summary>The attributes that differ from what is expected.</summary>
    public static IReadOnlyList<string> Differences(WireFormat format, in WampMessage message, JObject expected)
    {
        var differences = new List<string>();
        foreach (var (name, token) in expected)
        {
            var wanted = ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(token!.ToString(Newtonsoft.Json.Formatting.None)));
            var got = Get(format, message, name);
            if (name == "message_type" && Convert.ToInt32(wanted, null) == ProvisionalEventReceived)
            {
                wanted = (long)MessageCode.EventReceived;
            }

            if (!ReferenceCodec.AreEqual(got, wanted))
            {
                differences.Add(name);
            }
        }

        return differences;
    }

    private static object? Get(WireFormat format, in WampMessage message, string name) => name switch
    {
        "message_type" => (long)message.Code,
        "request_id" => message.Request,
        "request_type" => (long)message.RequestType,
        "session_id" => message.Session,
        "subscription" or "subscription_id" => message.Subscription,
        "publication" or "publication_id" => message.Publication,
        "registration_id" => message.Registration,
        "realm" or "topic" or "procedure" or "error" or "reason" or "method" or "signature" => Encoding.UTF8.GetString(message.Text),
        "options" or "details" or "extra" => ReferenceCodec.Decode(format, message.Options.ToArray()),
        "roles" => ((Dictionary<string, object?>)ReferenceCodec.Decode(format, message.Options.ToArray())!)["roles"],
        "args" => ArgumentsOf(message.Payload).ElementAtOrDefault(0) as object?[],
        "kwargs" => ArgumentsOf(message.Payload).ElementAtOrDefault(1),
        "payload" => ArgumentsOf(message.Payload).ElementAtOrDefault(0) is byte[] opaque ? Convert.ToHexStringLower(opaque) : null,
        _ => throw new ArgumentException($"no attribute: {name}"),
    };

    private static object?[] ArgumentsOf(in Payload payload) => DescribedMessage.PayloadOf(payload);
}
