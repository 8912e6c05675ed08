using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Passes;

/// <summary>How the variants of a union are told apart: a tree of questions about the object on the wire.</summary>
internal abstract record Decision
{
    /// <summary>It is this one.</summary>
    public sealed record Is(ObjectDeclaration Variant) : Decision;

    /// <summary>None that the specification names.</summary>
    public sealed record Unknown : Decision;

    /// <summary>What a member that is a string says; <paramref name="Absent"/> when it is missing or empty.</summary>
    public sealed record ByTag(string Tag, IReadOnlyList<(IReadOnlyList<string> Values, Decision Then)> Cases, Decision Absent) : Decision;

    /// <summary>Whether a member is there.</summary>
    public sealed record ByPresence(string Member, Decision Then, Decision Otherwise) : Decision;
}

/// <summary>Finds the questions.</summary>
internal static class Discrimination
{
    /// <summary>Members that say what an object is, in the order in which they are asked.</summary>
    public static readonly string[] Tags = ["type", "role", "object", "event"];

    public static Decision Decide(UnionDeclaration union) =>
        Decide([.. union.Objects], union.Discriminator is { } first ? [first, .. Tags.Where(tag => tag != first)] : Tags);

    private static Decision Decide(List<ObjectDeclaration> variants, IReadOnlyList<string> tags)
    {
        if (variants.Count < 2)
        {
            return variants is [var only] ? new Decision.Is(only) : new Decision.Unknown();
        }

        foreach (var tag in tags)
        {
            if (ByTag(variants, tag, [.. tags.Where(other => other != tag)]) is { } decision)
            {
                return decision;
            }
        }

        return ByPresence(variants);
    }

    /// <summary>Null when the tag does not divide the variants.</summary>
    private static Decision.ByTag? ByTag(List<ObjectDeclaration> variants, string tag, IReadOnlyList<string> otherTags)
    {
        // A variant in which the member is any text leaves nothing to be told by it.
        if (!variants.Any(variant => Values(variant, tag).Count > 0) || variants.Any(variant => variant.Find(tag)?.Type is PrimitiveType && Values(variant, tag).Count == 0))
        {
            return null;
        }

        var values = variants.SelectMany(variant => Values(variant, tag)).Distinct().ToList();
        var groups = from value in values
                     let fitting = variants.Where(variant => Values(variant, tag).Contains(value)).ToList()
                     group value by string.Join(' ', fitting.Select(variant => variant.Path)) into same
                     select (Values: same.ToList(), Fitting: variants.Where(variant => Values(variant, tag).Contains(same.First())).ToList());
        var cases = groups.ToList();
        var untagged = variants.Where(variant => Values(variant, tag).Count == 0 || variant.Find(tag) is { Required: false }).ToList();
        var divides = cases.Count > 1 || untagged.Count < variants.Count;
        return divides && !(cases.Count == 1 && cases[0].Fitting.Count == variants.Count && variants.Count > 1)
            ? new Decision.ByTag(tag, [.. cases.Select(one => ((IReadOnlyList<string>)one.Values, Decide(one.Fitting, otherTags)))], Decide(untagged, otherTags))
            : null;
    }

    private static IReadOnlyList<string> Values(ObjectDeclaration variant, string tag) => variant.Find(tag) switch
    {
        { Constant: { } constant } => [constant],
        { Type: DeclaredType { Declaration: EnumDeclaration values } } => values.Values,
        _ => [],
    };

    /// <summary>Asks for a member that some variant must have and some other has not, or need not have; what cannot be told apart is the first.</summary>
    private static Decision ByPresence(List<ObjectDeclaration> variants)
    {
        var questions = from variant in variants
                        from member in variant.Members
                        where member.Required && member.Constant is null
                        from having in new[] { Having(variants, member.WireName, mustHave: false), Having(variants, member.WireName, mustHave: true) }
                        where having.Count > 0 && having.Count < variants.Count
                        orderby variants.Count(other => other.Find(member.WireName) is not null), having.Count
                        select (member.WireName, having);

        // Where all may have the member, one that has it is taken for one that must: an answer's message is whole.
        var stricter = from variant in variants
                       from member in variant.Members
                       where member.Required && member.Constant is null
                       let having = variants.Where(other => other.Find(member.WireName) is { Required: true }).ToList()
                       where having.Count < variants.Count
                       orderby having.Count
                       select (member.WireName, having);
        return questions.Concat(stricter).FirstOrDefault() is { having: not null } question
            ? new Decision.ByPresence(question.WireName, Decide(question.having, []), Decide([.. variants.Except(question.having)], []))
            : new Decision.Is(variants[0]);
    }

    private static List<ObjectDeclaration> Having(List<ObjectDeclaration> variants, string member, bool mustHave) =>
        [.. variants.Where(variant => variant.Find(member) is { } found && (!mustHave || found.Required))];
}
