/**
 * What one who is no clinician sees in the drawings of records that were looked at, by record. A record that is the worst some other day is told
 * by what was measured of it alone.
 */
export const SEEN: Readonly<Record<string, string>> = {
  '50115_TV_1':
    'clicks and rubbing of the stethoscope in the first second and again at five, louder than the heart, which is faint after them',
  '49842_PV':
    'clean beats with a low hum between the first and the second sound, which may be what it took for a murmur',
  '50161_TV': 'two clicks far louder than the heart, and noise that rises after the second',
  '50054_AV':
    'sharp beats, and in a few of them a soft noise between the sounds that swells and fades, by breath or by rubbing',
  '84732_MV':
    'fast, even, short beats with nothing to be seen between them, and a rub of the stethoscope in the first two seconds',
  b734s:
    'an uneven rhythm with pauses of about a second and a half; in what is drawn no five beats together are below 40 a minute',
  v718s: 'both leads jump between their ends at once while the pressure beats on: it went by the leads',
  a386s: 'waves without a clear beat in either lead and a pleth that was moved: it took the movement for life',
  'frames/vocalfolds/patient2_seq7_0289.jpg':
    'a breathing tube stands in the glottis, with rings that look like a tool',
  'frames/laparoscopy320/v03_frame135473.jpg':
    'a dark view with something bright in front of the lens: half of it is lost',
  'frames/pocus/Reg_Image_181206_crop_f5.jpg': 'a linear probe, of which it knew no normal lung',
  p109388: 'vital signs as they are in others without sepsis, before the mark and after it',
  p119974: 'a fast heart and breaths at the same high rate in nearly every hour, as a ventilator sets them',
  p107939: 'vital signs as they are in others without sepsis, before the mark and after it',
}
