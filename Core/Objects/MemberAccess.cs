using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace MlPipeline.Core;

/// <summary>Compiled reads and writes of fields and properties; each is compiled once in a process.</summary>
internal static class MemberAccess
{
    private static readonly ConcurrentDictionary<(Type Row, MemberInfo Member), Delegate> _getters = new();
    private static readonly ConcurrentDictionary<(Type Row, MemberInfo Member), Delegate> _setters = new();

    public static Func<TRow, TMember> Getter<TRow, TMember>(MemberInfo member) =>
        (Func<TRow, TMember>)_getters.GetOrAdd((typeof(TRow), member), static key =>
        {
            ParameterExpression row = Expression.Parameter(key.Row);
            return Expression.Lambda(Expression.MakeMemberAccess(row, key.Member), row).Compile();
        });

    public static Action<TRow, TMember> Setter<TRow, TMember>(MemberInfo member) =>
        (Action<TRow, TMember>)_setters.GetOrAdd((typeof(TRow), member), static key =>
        {
            ParameterExpression row = Expression.Parameter(key.Row);
            ParameterExpression value = Expression.Parameter(ColumnMembers.TypeOf(key.Member));
            Expression assign = Expression.Assign(Expression.MakeMemberAccess(row, key.Member), value);
            return Expression.Lambda<Action<TRow, TMember>>(assign, row, value).Compile();
        });
}
