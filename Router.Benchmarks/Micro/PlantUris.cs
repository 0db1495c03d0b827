using WampRouter.Benchmarks.Dialects;

namespace WampRouter.Benchmarks.Micro;

/// <summary>
/// The URIs of a company with many plants, and the patterns its services would use: of every four, two are the prefix of one production line, one
/// is the wildcard of one measurement on all machines of a line, one that of an alarm on one line number of all plants. Every URI made here
/// matches two patterns whatever their number, the prefix and the first wildcard, and has a part in common with many more.
/// </summary>
/// <param name="patterns">How many patterns there are; four at least.</param>
internal sealed class PlantUris(int patterns)
{
    private const int KindsOfPattern = 4;
    private const int LinesOfPlant = 20;

    /// <summary>Steps through all lines, far apart, so that neighbours do not warm each other: a prime that divides no number of lines used here.</summary>
    private const int Stride = 7919;

    private readonly uint _lines = (uint)patterns / KindsOfPattern;

    /// <summary>Whether a pattern is a prefix; the others are wildcards.</summary>
    public static bool IsPrefix(int index) => index % KindsOfPattern is 0 or 2;

    /// <summary>Writes one of the patterns.</summary>
    public static void WritePattern(ref Utf8Text text, int index)
    {
        var line = index / KindsOfPattern;
        switch (index % KindsOfPattern)
        {
            case 0:
                WriteLine(ref text, line);
                text.Append("."u8);
                break;
            case 1:
                WriteLine(ref text, line);
                text.Append("..temperature"u8);
                break;
            case 2:
                WriteLine(ref text, line);
                text.Append(".maintenance."u8);
                break;
            default:
                text.Append("com.example..line"u8);
                text.Append((uint)(line % LinesOfPlant));
                text.Append(".machine"u8);
                text.Append((uint)line);
                text.Append(".alarm"u8);
                break;
        }
    }

    /// <summary>Writes a URI; another for each number.</summary>
    public void WriteUri(ref Utf8Text text, uint number)
    {
        WriteLine(ref text, (int)((ulong)number * Stride % _lines));
        text.Append(".machine"u8);
        text.Append(number);
        text.Append(".temperature"u8);
    }

    private static void WriteLine(ref Utf8Text text, int line)
    {
        text.Append("com.example.plant"u8);
        text.Append((uint)(line / LinesOfPlant));
        text.Append(".line"u8);
        text.Append((uint)(line % LinesOfPlant));
    }
}
