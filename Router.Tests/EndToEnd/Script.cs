using System.Text.Json.Nodes;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Runs a script of the folder <c>node</c>; what it prints as its last line is what it has seen, in JSON.</summary>
internal static class Script
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    public static async Task<JsonNode> RunAsync(string name, params string[] arguments)
    {
        await using var script = ChildProcess.Start(BuiltFiles.Script(name), arguments);
        return await ReportOfAsync(script, name);
    }

    /// <summary>Waits for the end of a script that is running.</summary>
    public static async Task<JsonNode> ReportOfAsync(ChildProcess script, string name)
    {
        var exitCode = await script.ExitAsync(Deadline);
        return exitCode == 0 && script.Output is [.., var last] ? JsonNode.Parse(last)! : throw new AssertionException($"{name}.js failed. Are the npm modules there (./test.sh)?\n{script}");
    }

    /// <summary>The member as text, to assert on.</summary>
    public static string Text(this JsonNode node, string member) => node[member]?.ToString() ?? throw new AssertionException($"There is no '{member}' in {node}");
}

/// <summary>Comparison of JSON by value.</summary>
internal static class AssertJson
{
    public static void AreEqual(JsonNode? actual, JsonNode? expected) =>
        Assert.That(JsonNode.DeepEquals(actual, expected), Is.True, () => $"expected {expected?.ToJsonString()}\nbut was  {actual?.ToJsonString()}");
}
