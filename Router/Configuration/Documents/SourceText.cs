using System.Text;

namespace WampRouter.Configuration.Documents;

/// <summary>The bytes of a file (valid UTF-8, no byte order mark), its name, and where its lines are.</summary>
internal sealed class SourceText
{
    private readonly byte[] _utf8;
    private readonly List<int> _lineStarts = [0];

    public SourceText(string filePath, byte[] utf8)
    {
        FilePath = filePath;
        _utf8 = utf8;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>What a line of code says, written as a file: places in it mean nothing to anybody.</summary>
    /// <param name="code">The line, as mistakes show it.</param>
    /// <param name="utf8">The text.</param>
    public static SourceText OfCode(string code, byte[] utf8) => new(code, utf8) { IsCode = true };

    /// <summary>Whether there is no file.</summary>
    public bool IsCode { get; private init; }

    /// <summary>The file's name as mistakes show it.</summary>
    public string FilePath { get; }

    /// <summary>The whole text.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>Line and column of a byte.</summary>
    public TextPosition PositionOf(int offset)
    {
        offset = Math.Clamp(offset, 0, _utf8.Length);
        var found = _lineStarts.BinarySearch(offset);
        var line = found >= 0 ? found : ~found - 1;
        var start = _lineStarts[line];
        return new TextPosition(line + 1, Encoding.UTF8.GetCharCount(_utf8, start, offset - start) + 1);
    }

    /// <summary>The byte at a line (from 0) and a byte count within it, as <c>JsonException</c> tells them.</summary>
    public int OffsetOf(long line, long byteInLine)
    {
        var start = _lineStarts[(int)Math.Clamp(line, 0, _lineStarts.Count - 1)];
        return (int)Math.Clamp(start + byteInLine, 0, _utf8.Length);
    }
}
