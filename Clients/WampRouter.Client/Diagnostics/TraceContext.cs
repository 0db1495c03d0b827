using System.Diagnostics;

namespace WampRouter.Client.Diagnostics;

/// <summary>W3C trace context as it travels in the options and details of messages.</summary>
/// <param name="Parent">The <c>traceparent</c>; null: there is none.</param>
/// <param name="State">The <c>tracestate</c>.</param>
internal readonly record struct TraceContext(string? Parent, string? State)
{
    public static ReadOnlySpan<byte> ParentKey => "_traceparent"u8;

    public static ReadOnlySpan<byte> StateKey => "_tracestate"u8;

    /// <summary>Where a message comes from, as far as it says so.</summary>
    public static ActivityContext Of(WampDetails details) =>
        details.GetText("_traceparent") is { } parent && ActivityContext.TryParse(parent, details.GetText("_tracestate"), isRemote: true, out var context) ? context : default;
}
