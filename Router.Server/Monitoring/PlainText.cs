namespace WampRouter.Server.Monitoring;

/// <summary>Answers that people read in a terminal.</summary>
internal static class PlainText
{
    /// <summary>Writes a line.</summary>
    public static Task WriteLineAsync(this HttpResponse response, string text)
    {
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync($"{text}\n");
    }
}
