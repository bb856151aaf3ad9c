/** What the command line says of problems, changes and findings. */
import type { CheckReport } from '#gateway/supergraph/check.ts';
import type { Hint } from '#gateway/supergraph/compose.ts';
import { formatProblem, type Problem } from '#gateway/supergraph/explain.ts';
import { LINT_RULES, type LintCode, type LintFinding } from '#gateway/supergraph/lint.ts';

/** Warnings shown of one rule unless all are asked for. */
const SUMMARY_LENGTH = 5;

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

export const problemLines = (problems: readonly Problem[]): readonly string[] => problems.map(formatProblem);

export const hintLines = (hints: readonly Hint[]): readonly string[] =>
  hints.map(({ code, message }) => `hint ${code}: ${message}`);

export const findingLines = (findings: readonly LintFinding[], isVerbose: boolean): readonly string[] =>
  (Object.keys(LINT_RULES) as LintCode[]).flatMap((code) => {
    const found = findings.filter((finding) => finding.code === code);
    if (found.length === 0) return [];
    const { severity, why, remedy } = LINT_RULES[code];
    const shown = isVerbose || severity === 'error' ? found : found.slice(0, SUMMARY_LENGTH);
    const left = found.length - shown.length;
    return [
      `${severity} ${code} (${found.length}): ${why}`,
      ...shown.map(({ where, message }) => `    ${where}  ${message}`),
      ...(left > 0 ? [`    ... and ${left} more: npx throughline lint --verbose`] : []),
      `    -> ${remedy}`,
    ];
  });

export const reportLines = (report: CheckReport, base: string | null): readonly string[] => {
  const count = (severity: string): number => report.changes.filter((change) => change.severity === severity).length;
  return [
    ...problemLines(report.problems),
    ...hintLines(report.hints),
    ...report.changes
      .filter(({ severity }) => severity !== 'safe')
      .map(
        ({ severity, message, breaks }) =>
          `${severity}: ${message}${breaks.length > 0 ? ` (used by ${breaks.join(', ')})` : ''}`,
      ),
    ...findingLines(report.findings, false),
    base === null
      ? 'Changes: nothing to compare with yet.'
      : `Changes since ${base}: ${count('breaking')} breaking, ${count('risky')} risky, ${count('safe')} safe.`,
    report.passed ? 'Check passed.' : 'Check failed.',
  ];
};
