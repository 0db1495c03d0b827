using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WampRouter.Configuration.Documents;

/// <summary>Turns a text into a value; on failure <paramref name="problem"/> says what would be right.</summary>
internal delegate bool TextParser<T>(string text, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? problem)
    where T : class;

/// <summary>
/// Reads the members of one JSON object. Code that reads a setting says its key, type, default and bounds in one line; this class
/// notes every mistake, goes on with a stand-in value, and in the end reports the keys nobody asked for.
/// The same lines, run over no object at all, say which settings there are (<see cref="Describe"/>): nothing can be read that is not described.
/// </summary>
/// <remarks>What was read is worth something only if no mistake was found.</remarks>
internal sealed class ObjectReader
{
    private const string CommentKey = "comment";

    private readonly DocumentNode? _object;     // null: only describing
    private readonly MistakeList? _mistakes;
    private readonly List<Setting> _settings = [];
    private readonly List<(string[] Keys, string Problem)> _missing = [];       // told of only where no misspelt key explains it

    private ObjectReader(DocumentNode? node, MistakeList? mistakes)
    {
        _object = node;
        _mistakes = mistakes;
        OptionalText(CommentKey);       // every object may carry one; tools keep it where they would drop a // comment
    }

    /// <summary>Whether it is code that says this, and no file.</summary>
    public bool IsCode => _mistakes?.Source.IsCode is true;

    /// <summary>Reads an object; null (or the default of a value type) if the node is none.</summary>
    public static T? Read<T>(DocumentNode node, MistakeList mistakes, Func<ObjectReader, T> read)
    {
        if (node.Kind != NodeKind.Object)
        {
            mistakes.AddKind(node, "an object {…}");
            return default;
        }

        var reader = new ObjectReader(node, mistakes);
        var value = read(reader);
        var meant = reader.ReportUnknownKeys();
        reader.ReportMissing(meant);
        return value;
    }

    /// <summary>The settings that <paramref name="read"/> asks for.</summary>
    public static IReadOnlyList<Setting> Describe<T>(Func<ObjectReader, T> read)
    {
        var reader = new ObjectReader(null, null);
        read(reader);
        return reader._settings;
    }

    /// <summary>A required text; <paramref name="check"/> returns what is wrong with it, or null.</summary>
    public string Text(string key, Func<string, string?> check)
    {
        var node = Find(new Setting(key, SettingKind.Text) { IsRequired = true }, NodeKind.Text);
        return Checked(node, check) ?? "";
    }

    /// <summary>A text that may be left out.</summary>
    public string? OptionalText(string key) => Find(new Setting(key, SettingKind.Text), NodeKind.Text)?.Text;

    /// <summary>The same; <paramref name="check"/> returns what is wrong with it, or null.</summary>
    public string? OptionalText(string key, Func<string, string?> check) => Checked(Find(new Setting(key, SettingKind.Text), NodeKind.Text), check);

    /// <summary>True or false.</summary>
    public bool Boolean(string key, bool otherwise) =>
        Find(new Setting(key, SettingKind.Boolean) { Default = otherwise ? "true" : "false" }, NodeKind.Boolean)?.Boolean ?? otherwise;

    /// <summary>A whole number within bounds, both included.</summary>
    public int Integer(string key, int otherwise, int least, int most) =>
        (int)LongInteger(key, otherwise, least, most);

    /// <summary>The same where it may be large: up to what JSON says exactly.</summary>
    public long LongInteger(string key, long otherwise, long least, long most) =>
        Integer(new Setting(key, SettingKind.Integer) { Default = otherwise.ToString(CultureInfo.InvariantCulture), Range = (least, most) }) ?? otherwise;

    /// <summary>A whole number within bounds that may be left out.</summary>
    public int? OptionalInteger(string key, int least, int most) => (int?)Integer(new Setting(key, SettingKind.Integer) { Range = (least, most) });

    /// <summary>The same where it may be large.</summary>
    public long? OptionalLongInteger(string key, long least, long most) => Integer(new Setting(key, SettingKind.Integer) { Range = (least, most) });

    /// <summary>One of the words of an enum: see <see cref="Choices{TEnum}"/>.</summary>
    public TEnum Choice<TEnum>(string key, TEnum otherwise)
        where TEnum : struct, Enum
    {
        var words = IsCode ? Enum.GetNames<TEnum>() : Choices<TEnum>.Words;
        var node = Find(
            new Setting(key, SettingKind.Choice) { Default = $"\"{Choices<TEnum>.WordOf(otherwise)}\"", Choices = words }, NodeKind.Text);
        if (node is null)
        {
            return otherwise;
        }

        if (Choices<TEnum>.TryParse(node.Text, out var value))
        {
            return value;
        }

        Mistake(node, $"must be one of {Words.Enumerate(words)}, not {Words.Quote(node.Text)}");
        return otherwise;
    }

    /// <summary>A list of texts, each parsed; a list that must have an item is required.</summary>
    public IReadOnlyList<T> Texts<T>(string key, TextParser<T> parse, int atLeast = 0)
        where T : class
    {
        var values = new List<T>();
        foreach (var item in Items(new Setting(key, SettingKind.TextList) { IsRequired = atLeast > 0, LeastItems = atLeast }))
        {
            if (item.Kind != NodeKind.Text)
            {
                _mistakes!.AddKind(item, "a text");
            }
            else if (item.IsBroken)
            {
                // That was told of.
            }
            else if (parse(item.Text, out var value, out var problem))
            {
                values.Add(value);
            }
            else
            {
                Mistake(item, problem);
            }
        }

        return values;
    }

    /// <summary>A list of objects; a list that must have an item is required.</summary>
    public IReadOnlyList<T> Objects<T>(string key, Func<ObjectReader, T> read, int atLeast = 0)
    {
        var setting = new Setting(key, SettingKind.ObjectList) { IsRequired = atLeast > 0, LeastItems = atLeast, Members = DescribeMembers(read) };
        return [.. Items(setting).Select(item => Read(item, _mistakes!, read)).OfType<T>()];
    }

    /// <summary>An object that may be left out; then, and where it is wrong, null (or the default of a value type).</summary>
    public T? Object<T>(string key, Func<ObjectReader, T> read) =>
        Object(new Setting(key, SettingKind.Object) { Members = DescribeMembers(read) }, read);

    /// <summary>An object that must be there; where it is missing or wrong, null (or the default of a value type).</summary>
    public T? RequiredObject<T>(string key, Func<ObjectReader, T> read) =>
        Object(new Setting(key, SettingKind.Object) { IsRequired = true, Members = DescribeMembers(read) }, read);

    /// <summary>Makes sure that nothing else has this name; the mistake is shown at the value of <paramref name="key"/>.</summary>
    public void RequireUnique(string key, string name, UniqueNames among)
    {
        // A value that is missing or no text has been reported; it names nothing.
        if (Member(key) is { Kind: NodeKind.Text, IsBroken: false } node && !among.TryAdd(name, _mistakes!.Source, node.Offset, out var problem))
        {
            Mistake(node, problem);
        }
    }

    /// <summary>Makes sure that at least one of these is there, right or wrong.</summary>
    public void RequireAny(string why, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (_object is null || Member(key) is not null)
            {
                return;
            }
        }

        _missing.Add((keys.ToArray(), $"must have at least one of {Words.Enumerate(keys.ToArray().Select(NameOf))}: {why}"));
    }

    /// <summary>How whoever has written this calls a setting: the key in a file, the property in code.</summary>
    public string NameOf(string key) => IsCode ? CodeWords.PropertyOf(key) : key;

    /// <summary>Says that a setting, right by itself, contradicts others.</summary>
    public void Contradict(string key, string problem)
    {
        if (Member(key) is { } node)
        {
            Mistake(node, problem);
        }
    }

    /// <summary>Says something about a setting that is no mistake.</summary>
    public void Note(string key, string message)
    {
        if (Member(key) is { } node)
        {
            _mistakes!.AddNote(node, message);
        }
    }

    private long? Integer(Setting setting)
    {
        if (Find(setting, NodeKind.Number) is not { } node)
        {
            return null;
        }

        var (least, most) = setting.Range!.Value;
        if (double.IsInteger(node.Number) && node.Number >= least && node.Number <= most)
        {
            return (long)node.Number;
        }

        // A key of a file says what the number counts; a property in code does not.
        var unit = IsCode && setting.Key.EndsWith(CodeWords.Seconds, StringComparison.Ordinal) ? " of seconds" : "";
        Mistake(node, string.Create(CultureInfo.InvariantCulture, $"must be a whole number{unit} from {least} to {most}, not {Words.Show(node.Text)}"));
        return null;
    }

    private void Mistake(DocumentNode node, string message) => _mistakes!.Add(node, message);

    private string? Checked(DocumentNode? node, Func<string, string?> check)
    {
        if (node is not null && check(node.Text) is { } problem)
        {
            Mistake(node, problem);
        }

        return node?.Text;
    }

    private T? Object<T>(Setting setting, Func<ObjectReader, T> read) =>
        Find(setting, NodeKind.Object) is { } node ? Read(node, _mistakes!, read) : default;

    private IReadOnlyList<DocumentNode> Items(Setting setting)
    {
        if (Find(setting, NodeKind.List) is not { } list)
        {
            return [];
        }

        if (list.Children.Count < setting.LeastItems)
        {
            Mistake(list, "must not be empty");
        }

        return list.Children;
    }

    private IReadOnlyList<Setting> DescribeMembers<T>(Func<ObjectReader, T> read) => _object is null ? Describe(read) : [];

    private DocumentNode? Member(string key) => _object?.Children.FirstOrDefault(child => child.Key == key);

    // The member of a setting if it is there and of the right kind.
    private DocumentNode? Find(Setting setting, NodeKind kind)
    {
        _settings.Add(setting);
        var node = Member(setting.Key);
        if (node is null)
        {
            if (setting.IsRequired && _object is not null)
            {
                _missing.Add(([setting.Key], $"{Words.Quote(setting.Key)} is missing"));
            }

            return null;
        }

        if (node.Kind == kind)
        {
            return node.IsBroken ? null : node;     // that was told of
        }

        var expected = kind switch
        {
            NodeKind.Object => "an object {…}",
            NodeKind.List => "a list […]",
            NodeKind.Boolean => "true or false",
            NodeKind.Number => "a number",
            _ => setting.Choices.Count == 0 ? "a text" : $"one of {Words.Enumerate(setting.Choices)}",
        };
        _mistakes!.AddKind(node, expected);
        return null;
    }

    private void ReportMissing(HashSet<string> meant)
    {
        foreach (var (_, problem) in _missing.Where(missing => !missing.Keys.Any(meant.Contains)))
        {
            Mistake(_object!, problem);
        }
    }

    /// <summary>Returns the keys that were probably meant by unknown ones.</summary>
    private HashSet<string> ReportUnknownKeys()
    {
        var meant = new HashSet<string>(StringComparer.Ordinal);
        var keys = _settings.ConvertAll(setting => setting.Key);
        var seen = new UniqueNames("key");
        foreach (var member in _object!.Children)
        {
            var key = member.Key!;
            if (!seen.TryAdd(key, _mistakes!.Source, member.KeyOffset, out var problem))
            {
                _mistakes.AddAtKey(member, problem);
            }
            else if (!keys.Contains(key))
            {
                var nearest = Words.Nearest(key, keys);
                _mistakes.AddAtKey(member, $"unknown key {Words.Quote(key)}; {(nearest is null ? $"the keys here are {Words.Enumerate(keys)}" : $"did you mean '{nearest}'?")}");
                meant.Add(nearest ?? key);
            }
        }

        return meant;
    }
}
