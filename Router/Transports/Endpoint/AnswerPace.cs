using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace WampRouter.Transports.Endpoint;

/// <summary>How slowly a client may take an answer that brings messages.</summary>
internal static class AnswerPace
{
    private static readonly TimeSpan ShortestStall = TimeSpan.FromMilliseconds(1_001);     // the server measures no time below a second

    /// <summary>Lets a client take an answer as slowly as a WebSocket may take its messages; the server's own limit is for whoever fetches a page.</summary>
    public static void Set(HttpContext context, TimeSpan stallTimeout)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } reading)
        {
            reading.MinDataRate = new MinDataRate(StallWatch.SlowestBytesPerSecond, stallTimeout > ShortestStall ? stallTimeout : ShortestStall);
        }
    }
}
