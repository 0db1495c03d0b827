namespace WampRouter.Mutation;

/// <summary>Some of the faults.</summary>
internal static class Sample
{
    /// <summary>So many, one of each folder in turn; which of a folder's is chance, the same for the same seed.</summary>
    public static IReadOnlyList<Mutant> Of(IReadOnlyList<Mutant> mutants, int count, int seed)
    {
        var random = new Random(seed);
        var folders = mutants.GroupBy(mutant => mutant.Folder).OrderBy(folder => folder.Key, StringComparer.Ordinal).Select(folder =>
        {
            var all = folder.ToArray();
            random.Shuffle(all);
            return new Queue<Mutant>(all);
        }).ToList();
        var chosen = new List<Mutant>();
        while (chosen.Count < Math.Min(count, mutants.Count))
        {
            foreach (var folder in folders.Where(folder => folder.Count > 0).Take(count - chosen.Count))
            {
                chosen.Add(folder.Dequeue());
            }
        }

        return chosen;
    }
}
