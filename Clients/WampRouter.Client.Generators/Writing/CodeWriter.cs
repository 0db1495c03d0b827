using System.Text;

namespace WampRouter.Client.Generators;

/// <summary>Text in lines, each as far in as its block.</summary>
internal sealed class CodeWriter
{
    private const int Step = 4;

    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string text = "") => _text.Append(' ', text.Length == 0 ? 0 : _depth * Step).Append(text).Append('\n');

    /// <summary>Begins a block.</summary>
    /// <param name="head">The line before its brace.</param>
    public void Open(string head)
    {
        Line(head);
        Line("{");
        _depth++;
    }

    /// <summary>Ends a block.</summary>
    /// <param name="tail">What comes behind its brace.</param>
    public void Close(string tail = "")
    {
        _depth--;
        Line("}" + tail);
    }

    public override string ToString() => _text.ToString();
}
