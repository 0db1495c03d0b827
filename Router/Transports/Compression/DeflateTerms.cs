using System.Text;

namespace WampRouter.Transports.Compression;

/// <summary>What router and client have agreed on of permessage-deflate for one connection (RFC 7692 section 7.1).</summary>
/// <param name="KeepsServerContext">The router's messages may refer to earlier ones: it holds what it has compressed.</param>
/// <param name="KeepsClientContext">The client's may: the router holds what it has decompressed.</param>
/// <param name="Offer">What they have agreed about.</param>
internal sealed record DeflateTerms(bool KeepsServerContext, bool KeepsClientContext, DeflateOffer Offer)
{
    /// <summary>What the connection holds for as long as it lives, in bytes.</summary>
    public long HeldBytes => (KeepsServerContext ? MessageDeflater.ContextBytes : 0) + (KeepsClientContext ? MessageInflater.ContextBytes : 0);

    /// <summary>As in the answer's <c>Sec-WebSocket-Extensions</c>.</summary>
    public override string ToString()
    {
        var answer = new StringBuilder(DeflateOffer.Extension);
        answer.Append(KeepsServerContext ? "" : $"; {DeflateOffer.ServerNoContext}");
        answer.Append(KeepsClientContext ? "" : $"; {DeflateOffer.ClientNoContext}");
        answer.Append(Offer.NamesServerWindow ? $"; {DeflateOffer.ServerWindow}={DeflateOffer.WindowBits}" : "");
        answer.Append(Offer.ClientBits is { } bits ? $"; {DeflateOffer.ClientWindow}={bits}" : "");
        return answer.ToString();
    }
}
