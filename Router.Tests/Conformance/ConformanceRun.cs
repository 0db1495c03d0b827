using NUnit.Framework.Interfaces;
using WampRouter.Client;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

[assembly: WampRouter.Tests.Conformance.RecordsConformance]

namespace WampRouter.Tests.Conformance;

/// <summary>Notes for every test that ends whether it showed what it <see cref="ShowsAttribute">says it shows</see>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class RecordsConformanceAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        var outcome = TestContext.CurrentContext.Result.Outcome.Status;
        if (outcome is TestStatus.Passed or TestStatus.Failed)
        {
            ConformanceRun.Note(test, outcome == TestStatus.Passed);
        }
    }
}

/// <summary>What this run of the tests has shown. Any thread.</summary>
internal static class ConformanceRun
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Evidence> ByRequirement = new(StringComparer.Ordinal);

    /// <summary>What was seen of a requirement.</summary>
    public static Evidence Of(Requirement requirement)
    {
        lock (Gate)
        {
            return ByRequirement.GetValueOrDefault(requirement.Id) ?? new Evidence();
        }
    }

    /// <summary>A test has ended.</summary>
    public static void Note(ITest test, bool passed)
    {
        var lineage = Lineage(test).ToArray();
        var shown = lineage.SelectMany(level => level.Properties[ShowsAttribute.Property].Cast<string>()).Distinct().ToArray();
        if (shown.Length == 0)
        {
            return;
        }

        var name = $"{test.TypeInfo!.Type.Name}.{test.MethodName}";
        var arguments = lineage.SelectMany(level => level.Arguments).ToArray();
        var over = (OverAttribute?)Attribute.GetCustomAttribute(test.TypeInfo.Type, typeof(OverAttribute));
        lock (Gate)
        {
            foreach (var requirement in shown)
            {
                if (!ByRequirement.TryGetValue(requirement, out var evidence))
                {
                    ByRequirement.Add(requirement, evidence = new Evidence());
                }

                (passed ? evidence.Tests : evidence.Failed).Add(name);
                evidence.Transports.UnionWith(arguments.Where(argument => over is null || argument is not EndToEnd.RouterBuild).SelectMany(TransportsIn).Concat(over?.Transports ?? []));
                evidence.Serializers.UnionWith(arguments.SelectMany(SerializersIn).Concat(over?.Serializers ?? []));
            }
        }
    }

    private static IEnumerable<ITest> Lineage(ITest test)
    {
        for (var level = test; level is not null; level = level.Parent)
        {
            yield return level;
        }
    }

    private static IEnumerable<string> TransportsIn(object? argument) => argument switch
    {
        Way.Memory => ["memory"],
        Way.WebSocket or EndToEnd.RouterBuild or Transports.WebSockets.WayIn => ["websocket"],
        Way.RawSocket or Transports.RawSocket.RawSocketWay => ["rawsocket"],
        Way.BatchedWebSocket => ["websocket batched"],
        Way.LongPoll => ["longpoll"],
        Way.BatchedLongPoll => ["longpoll batched"],
        string text when IsSubprotocol(text) => [text.EndsWith(".batched", StringComparison.Ordinal) ? "websocket batched" : "websocket"],
        _ => [],
    };

    private static IEnumerable<string> SerializersIn(object? argument) => argument switch
    {
        WireFormat.Json or WampSerializer.Json => ["json"],
        WireFormat.MessagePack or WampSerializer.MessagePack => ["msgpack"],
        WireFormat.Cbor or WampSerializer.Cbor => ["cbor"],
        string text when IsSubprotocol(text) => [text.Split('.')[2]],
        _ => [],
    };

    private static bool IsSubprotocol(string text) => text.StartsWith("wamp.2.", StringComparison.Ordinal);
}
