namespace WampRouter.Transports.Admission;

/// <summary>An HTTP answer that says no, why, and what would be right.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The plain-text body, for the person who reads the client's log.</param>
/// <param name="HeaderName">A header the status asks for, or null.</param>
/// <param name="HeaderValue">Its value.</param>
internal sealed record HandshakeRefusal(int Status, string Text, string? HeaderName = null, string? HeaderValue = null);
