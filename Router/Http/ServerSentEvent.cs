using System.Text;

namespace WampRouter.Http;

/// <summary>Server-sent events as they are written (the HTML standard, "Server-sent events").</summary>
internal static class ServerSentEvent
{
    /// <summary>What keeps a connection alive and tells a client nothing.</summary>
    public static readonly byte[] Comment = ":\n\n"u8.ToArray();

    /// <summary>An event.</summary>
    /// <param name="data">Its data, in one line.</param>
    /// <param name="name">What kind it is; null for those that a page gets by <c>onmessage</c>.</param>
    /// <param name="id">What the client sends as <c>Last-Event-ID</c> when it comes again; null: as before.</param>
    public static byte[] Write(ReadOnlySpan<byte> data, string? name = null, string? id = null) =>
        [.. Encoding.UTF8.GetBytes((name is null ? "" : $"event: {name}\n") + (id is null ? "" : $"id: {id}\n")), .. "data: "u8, .. data, .. "\n\n"u8];

    /// <summary>Where a stream begins.</summary>
    /// <param name="retry">When a client comes again that has lost its connection.</param>
    /// <param name="id">What it sends then, if no event has come before.</param>
    public static byte[] Begin(TimeSpan retry, string id) => Encoding.UTF8.GetBytes(FormattableString.Invariant($"retry: {retry.TotalMilliseconds:F0}\nid: {id}\n\n"));
}
