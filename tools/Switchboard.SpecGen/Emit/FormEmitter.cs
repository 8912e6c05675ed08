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
            Add(code, member, Literals.Text(member.WireName), Literals.Text(member.WireName + "[]"));
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

    private static void Add(CodeWriter code, Member member, string single, string repeated)
    {
        switch (member.Type)
        {
            case ListType:
                code.Open($"foreach (var file in {member.Name} ?? [])");
                code.Line($"form.Add({repeated}, file);");
                code.Close();
                break;
            case DeclaredType:
                code.Line($"form.AddUnion({single}, {member.Name}, {member.Name}{(member.Required ? "" : "?")}.File);");
                break;
            default:
                code.Open($"if ({member.Name} is not null)");
                code.Line($"form.Add({single}, {member.Name});");
                code.Close();
                break;
        }
    }
}
