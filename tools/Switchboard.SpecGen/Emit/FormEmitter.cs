using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>The part of a <c>multipart/form-data</c> request that writes itself as a form: fields first, then files.</summary>
internal static class FormEmitter
{
    public static void Emit(CodeWriter code, ObjectDeclaration declaration)
    {
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Open("public void WriteTo(MultipartForm form)");
        code.Line("ArgumentNullException.ThrowIfNull(form);");
        code.Line("form.AddMembers(this);");
        foreach (var member in declaration.Members.Where(member => HoldsFile(member.Type)))
        {
            Add(code, member);
        }

        code.Close();
    }

    public static bool HoldsFile(TypeReference type) => type switch
    {
        PrimitiveType { Kind: Primitive.File } => true,
        ListType list => HoldsFile(list.Item),
        DeclaredType { Declaration: UnionDeclaration { IsMixed: true } union } => union.Others.Any(HoldsFile),
        _ => false,
    };

    private static void Add(CodeWriter code, Member member)
    {
        var name = Literals.Text(member.WireName);
        if (member.Type is not DeclaredType)
        {
            var add = member.Type is ListType ? "AddEach" : "Add";
            code.Open($"if ({member.Name} is {{ }} {Local(member)})");
            code.Line($"form.{add}({name}, {Local(member)});");
            code.Close();
            return;
        }

        code.Open($"if ({member.Name} is {{ IsAbsent: false }} {Local(member)})");
        code.Line($"{Local(member)}.AddTo(form, {name});");
        code.Close();
    }

    private static string Local(Member member) => $"{char.ToLowerInvariant(member.Name[0])}{member.Name[1..]}Value";
}
