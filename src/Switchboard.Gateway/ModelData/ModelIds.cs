using System.Text.RegularExpressions;

namespace Switchboard.Gateway.ModelData;

/// <summary>The ids under which facts may stand for a model that callers name more exactly.</summary>
internal static partial class ModelIds
{
    /// <summary>The id as it is, then without what tells its day, its region or whose it is: the most exact first.</summary>
    public static IEnumerable<string> Of(string id)
    {
        yield return id;
        var undated = Undated(id);
        if (undated != id)
        {
            yield return undated;
        }

        var unplaced = Region().Replace(id, "");
        if (unplaced != id)
        {
            yield return unplaced;
        }

        var owned = id.LastIndexOf('/');
        if (owned >= 0 && owned < id.Length - 1)
        {
            foreach (var bare in Of(id[(owned + 1)..]))
            {
                yield return bare;
            }
        }
    }

    /// <summary>The id without its day.</summary>
    public static string Undated(string id) => Date().Replace(id, "");

    // gpt-4o-2024-08-06, claude-haiku-4-5-20251001, claude-haiku-4-5@20251001
    [GeneratedRegex(@"[-@](20\d{2}-\d{2}-\d{2}|20\d{6})$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    // The inference profiles of Amazon Bedrock: us.anthropic.claude-…
    [GeneratedRegex(@"^(us|us-gov|eu|apac|jp|au|ca|sa|global)\.(?=[a-z0-9]+\.)", RegexOptions.CultureInvariant)]
    private static partial Regex Region();
}
