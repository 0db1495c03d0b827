using System.Text;

namespace WampRouter.Server.Commands;

/// <summary>Standard output or standard error of a command: what cannot be written, because it is closed or its disk is full, is an end in one line, and not a stack.</summary>
/// <param name="writer">The process's; null: it is closed.</param>
/// <param name="name">What it is called, where somebody is to hear of it; null: there is nowhere left to say it.</param>
internal sealed class ProcessWriter(TextWriter? writer, string? name) : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc />
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc />
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc />
    /// <exception cref="UnwritableOutputException">It cannot be written.</exception>
    public override void Write(string? value)
    {
        try
        {
            (writer ?? throw new IOException("it is closed")).Write(value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (name is not null)
            {
                throw new UnwritableOutputException($"{name} cannot be written: {e.GetBaseException().Message}", e);
            }
        }
    }
}

/// <summary>What a command has to say cannot be said.</summary>
internal sealed class UnwritableOutputException(string message, Exception cause) : Exception(message, cause);
