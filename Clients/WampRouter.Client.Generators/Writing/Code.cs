namespace WampRouter.Client.Generators;

/// <summary>Words that all generated code is made of.</summary>
internal static class Code
{
    public const string Client = "global::WampRouter.Client.";
    public const string Tasks = "global::System.Threading.Tasks.";
    public const string Select = "global::System.Linq.AsyncEnumerable.Select";

    /// <summary>A payload of positional arguments. Each is cast, so that a list stays one argument.</summary>
    public static string Payload(IEnumerable<string> items) => $"new {Client}WampPayload {{ {string.Join(", ", items.Select(static item => $"(object?){item}"))} }}";

    /// <summary>A payload of the items of a tuple.</summary>
    public static string PayloadOf(string tuple, ReturnModel returns) => Payload(returns.Spread.Select((_, index) => $"{tuple}.Item{index + 1}"));
}
