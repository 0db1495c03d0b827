namespace WampRouter.Http.Webhooks;

/// <summary>Reads a body that somebody else has written, and no further than it may go.</summary>
internal static class BoundedBody
{
    private const int FirstBytes = 4 * 1024;

    /// <summary>All of it; null where it is longer.</summary>
    public static async ValueTask<byte[]?> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var body = new byte[Math.Min(most, FirstBytes)];
        var length = 0;
        while (true)
        {
            if (length == body.Length)
            {
                if (length == most)
                {
                    var beyond = new byte[1];
                    return await stream.ReadAsync(beyond, cancellationToken).ConfigureAwait(false) == 0 ? body : null;
                }

                Array.Resize(ref body, (int)Math.Min(most, 2L * length));
            }

            var read = await stream.ReadAsync(body.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                Array.Resize(ref body, length);
                return body;
            }

            length += read;
        }
    }
}
